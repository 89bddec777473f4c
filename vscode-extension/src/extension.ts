import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { findExecutable } from './executable';

const debugType = 'xendump';

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('Xen crash dumps');
  context.subscriptions.push(
    output,
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, new AdapterFactory(context.extensionPath)),
    vscode.debug.registerDebugConfigurationProvider(debugType, new ConfigurationProvider()),
    vscode.debug.registerDebugAdapterTrackerFactory(debugType, new Tracker(output)),
    vscode.commands.registerCommand('xendump.openDump', openDump),
  );
}

/** Starts `xendump dap` and speaks to it over its standard input and output. */
class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(private readonly extensionFolder: string) {}

  async createDebugAdapterDescriptor(): Promise<vscode.DebugAdapterDescriptor | undefined> {
    const found = findExecutable({
      configured: vscode.workspace.getConfiguration('xendump').get<string>('path', '').trim(),
      extensionFolder: this.extensionFolder,
      platform: process.platform,
      arch: process.arch,
      searchPath: process.env.PATH,
      isExecutable,
    });
    if ('file' in found) return new vscode.DebugAdapterExecutable(found.file, ['dap']);

    const open = 'Open Settings';
    void vscode.window.showErrorMessage(found.problem, open).then(choice => {
      if (choice === open) void vscode.commands.executeCommand('workbench.action.openSettings', 'xendump.path');
    });
    return undefined;
  }
}

/** Fills in what F5 leaves out, and asks for a dump where none is named. */
class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    config: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    config.type ||= debugType;
    config.request ||= 'launch';
    config.name ||= 'Xen crash dump';
    if (config.dump) return config;

    const dump = await askForDump();
    if (!dump) return undefined;
    config.dump = dump;
    return config;
  }
}

/** Writes the session's messages to the output channel while `xendump.trace` is on. */
class Tracker implements vscode.DebugAdapterTrackerFactory {
  constructor(private readonly output: vscode.OutputChannel) {}

  createDebugAdapterTracker(): vscode.DebugAdapterTracker | undefined {
    if (!vscode.workspace.getConfiguration('xendump').get<boolean>('trace', false)) return undefined;
    const write = (direction: string) => (message: unknown) => this.output.appendLine(`${direction} ${JSON.stringify(message)}`);
    return { onWillReceiveMessage: write('->'), onDidSendMessage: write('<-') };
  }
}

async function openDump(): Promise<void> {
  const dump = await askForDump();
  if (!dump) return;
  await vscode.debug.startDebugging(undefined, { type: debugType, request: 'launch', name: 'Xen crash dump', dump });
}

async function askForDump(): Promise<string | undefined> {
  const sample = { label: 'Sample: dom0 overruns its kernel stack', detail: 'sample:overflow' };
  const file = { label: 'Open a file…', detail: 'vmcore, QEMU machine dump, compressed kdump' };
  const choice = await vscode.window.showQuickPick([file, sample], { placeHolder: 'Which crash dump?' });
  if (choice === sample) return sample.detail;
  if (choice !== file) return undefined;
  const picked = await vscode.window.showOpenDialog({ canSelectMany: false, title: 'Open a Xen crash dump' });
  return picked?.[0]?.fsPath;
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
