// Packages the extension, installs it into a real VS Code in headless Chromium, presses F5, and looks at what a person would see.
// usage: node run.mjs WORKBENCH VSIX   (environment: XENDUMP_LAB; screenshots go to screenshots/)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases } from './cases.mjs';
import { eventually, until, VsCode } from './vscode.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const screenshots = path.join(here, 'screenshots');
const callStack = '.debug-call-stack';
const variables = '.debug-variables';
const repl = '.repl-tree';
const disassembly = '.disassembly-view';

const steps = [
  {
    name: 'the extension is installed from its vsix',
    run: async code => {
      const installed = await code.ask('extensions');
      if (!installed.includes('xendumpadapter.xendump')) throw new Error(`installed are ${installed.join(', ')}`);
    },
  },
  {
    name: 'F5 opens the dump and the call stack runs from the hypervisor into dom0',
    run: async (code, one) => {
      await code.start();
      await code.rowsWhen('a session starts', callStack, rows => rows.length > 3, 120_000);
      await code.makeRoom();
      await code.rowsWhen('the first frames of dom0', callStack, rows => rows.some(r => r.includes('dom0 kernel, d0v0')));
      const wanted = ['Xen hypervisor, CPU 0', ...one.frames.slice(0, 3), '#PF', 'dom0 kernel, d0v0', ...one.frames.slice(3)];
      // The list is drawn while it is scrolled through, and on a busy machine late.
      await eventually(4, async () => {
        await new Promise(resolve => setTimeout(resolve, 500));
        await code.loadAllFrames(callStack);
        inOrder(await code.allRows(callStack), wanted);
      });
    },
  },
  {
    name: 'the finding is shown where VS Code shows exceptions',
    run: async (code, one) => {
      await code.rowsWhen('the debug console has the finding', repl, rows => rows.some(r => r.includes(one.finding)));
    },
  },
  {
    name: 'a frame of dom0 shows its arguments, locals and registers',
    run: async (code, one) => {
      await row(code, callStack, one.frames[3] ?? one.kernelFrame).click();
      const rows = await code.rowsWhen('scopes', variables, all => all.some(r => r.startsWith('Registers')));
      for (const scope of ['Registers', 'Segments', 'Control registers']) {
        if (!rows.some(r => r.startsWith(scope))) throw new Error(`no scope ${scope} in ${rows.join(' | ')}`);
      }
      // A scope that is still being filled swallows the key, so it is pressed until the registers are there.
      await until('the registers', 90_000, async () => {
        await row(code, variables, /^Registers/).click({ timeout: 2_000 });
        await code.page.keyboard.press('ArrowRight');
        await new Promise(resolve => setTimeout(resolve, 500));
        return (await code.rows(variables)).some(r => /^(rax|eax) ?= ?0x/.test(r));
      });
      await code.page.screenshot({ path: path.join(screenshots, `${one.name}.png`) });
    },
  },
  {
    name: 'the debug console evaluates registers and C expressions',
    run: async code => {
      await code.type('$pc');
      await code.rowsWhen('the answer', repl, rows => rows.some(r => /^0x(ffff|c0)/.test(r)));
      await code.type('threads');
      await code.rowsWhen('the threads', repl, rows => rows.some(r => r.includes('d[IDLE]v1')));
    },
  },
  {
    name: "the debug console takes mdb's language",
    run: async code => {
      await code.type('::domain');
      await code.rowsWhen('the domains', repl, rows => rows.some(r => /ADDR +ID +TPAGES/.test(r)));
      await code.type('::walk vcpu | ::print struct vcpu vcpu_id');
      await code.rowsWhen('the vcpus', repl, rows => rows.some(r => r.includes('vcpu_id = 0')));
    },
  },
  {
    name: 'memory opens through the debug adapter',
    run: async code => {
      const session = await code.ask('session');
      if (session?.type !== 'xendump') throw new Error(`the session is ${JSON.stringify(session)}`);
      const { stackFrames } = await code.ask('request', { command: 'stackTrace', args: { threadId: 1 } });
      const frame = stackFrames.find(f => f.instructionPointerReference);
      const bytes = await code.ask('memory', { reference: frame.instructionPointerReference, offset: 0, count: 16 });
      if (!/^[0-9a-f]{32}$/.test(bytes)) throw new Error(`16 bytes at ${frame.instructionPointerReference} are ${bytes}`);
    },
  },
  {
    name: 'the disassembly view shows the instructions around the pc',
    run: async (code, one) => {
      await code.command('debug.action.openDisassemblyView');
      await code.rowsWhen('instructions', disassembly, rows => rows.filter(r => /0x[0-9a-f]+.*(mov|push|call|jmp|hlt|pop|lea)/.test(r)).length > 5);
      await code.page.screenshot({ path: path.join(screenshots, `${one.name}-disassembly.png`) });
    },
  },
  {
    name: 'continue is refused and the session stays stopped',
    run: async code => {
      await code.scroll(callStack, -100_000);
      await code.command('workbench.action.debug.continue').catch(() => {});
      await new Promise(resolve => setTimeout(resolve, 500));
      await code.rowsWhen('frames are still there', callStack, rows => rows.some(r => r.includes('hwdom_shutdown')));
    },
  },
  {
    name: 'stop ends the session',
    run: async code => {
      await code.command('workbench.action.debug.stop');
      await code.rowsWhen('no frames', callStack, rows => rows.length === 0);
    },
  },
];

const [workbench, vsix] = process.argv.slice(2).map(p => path.resolve(p));
fs.mkdirSync(screenshots, { recursive: true });
let passed = 0, failed = 0, skipped = 0;

for (const one of cases(process.env.XENDUMP_LAB).filter(c => !process.env.ONLY || c.name === process.env.ONLY)) {
  if (one.skip) {
    skipped += steps.length;
    console.log(`SKIP vscode ${one.name}: ${one.skip}`);
    continue;
  }
  await runCase(one);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : 0);

async function runCase(one) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'xendump-vscode-'));
  const folder = path.join(scratch, 'workspace');
  fs.mkdirSync(folder);
  let code;
  try {
    code = await VsCode.start({ workbench, vsix, folder, launch: one.launch, data: path.join(scratch, 'data') });
    for (const step of steps) await runStep(code, one, step);
  } catch (error) {
    failed++;
    console.log(`FAIL vscode ${one.name}: VS Code does not start: ${error.message}`);
  } finally {
    await code?.close();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function runStep(code, one, step) {
  try {
    await step.run(code, one);
    passed++;
    console.log(`PASS vscode ${one.name}: ${step.name}`);
  } catch (error) {
    failed++;
    await code.page.screenshot({ path: path.join(screenshots, `${one.name}-failed-${failed}.png`) }).catch(() => {});
    console.log(`FAIL vscode ${one.name}: ${step.name}\n${String(error.message).replaceAll(/^/gm, '    ')}`);
  }
}

/** The row with that text at its start, as an element to click. */
function row(code, list, text) {
  return code.page.locator(`${list} .monaco-list-row`).filter({ hasText: text }).first();
}

/** Every wanted text is in a row, each below the one before. */
function inOrder(rows, wanted) {
  let from = 0;
  for (const text of wanted) {
    const at = rows.findIndex((r, i) => i >= from && r.includes(text));
    if (at < 0) throw new Error(`'${text}' is not below row ${from} of:\n${rows.map(r => `  ${r}`).join('\n')}`);
    from = at + 1;
  }
}
