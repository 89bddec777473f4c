// What a client of the protocol sees of a dump, from launch to disconnect, through the executable itself.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import { labDumps, labIsAbsent, samples } from './dumps.mjs';

const { DebugClient } = createRequire(import.meta.url)('@vscode/debugadapter-testsupport');
const executable = process.env.XENDUMP;

/** What VS Code says of itself. */
const client = {
  clientID: 'vscode', adapterID: 'xendump', linesStartAt1: true, columnsStartAt1: true, pathFormat: 'path',
  supportsVariableType: true, supportsVariablePaging: true, supportsMemoryReferences: true, supportsProgressReporting: true,
};

for (const dump of [...samples, ...labDumps()]) {
  describe(dump.name, () => {
    if (dump.skip) {
      it.skip(dump.skip);
      return;
    }
    session(dump);
  });
}

if (labIsAbsent) describe('real dumps', () => it.skip(labIsAbsent));

function session(dump) {
  let dc, stopped, frames, exited;
  const body = async (command, args) => (await dc.customRequest(command, args)).body;

  before(async () => {
    assert.ok(executable, 'XENDUMP does not name the executable');
    dc = new DebugClient(executable, 'dap', 'xendump');
    dc.defaultTimeout = 60_000;
    await dc.start();
    exited = new Promise(resolve => dc._adapterProcess.once('exit', code => resolve(code)));
  });

  after(() => dc.stopAdapter());

  it('launches and stops with an exception', async () => {
    const initialized = dc.waitForEvent('initialized');
    const capabilities = (await dc.initializeRequest(client)).body;
    await initialized;
    assert.equal(capabilities.supportsConfigurationDoneRequest, true);
    const stop = dc.waitForEvent('stopped');
    const launched = dc.launchRequest(dump.launch);
    await dc.setBreakpointsRequest({ source: { path: '/a.c' }, breakpoints: [{ line: 1 }] });
    await launched;
    await dc.configurationDoneRequest();
    stopped = (await stop).body;
    assert.equal(stopped.reason, 'exception');
    assert.match(stopped.description, dump.cause);
  });

  it('has a thread for each CPU, the stopped one first', async () => {
    const { threads } = await body('threads');
    assert.ok(threads.length >= 1);
    assert.equal(threads[0].id, stopped.threadId);
    for (const thread of threads) assert.match(thread.name, dump.threads ?? /^CPU \d+/);
    assert.equal(new Set(threads.map(t => t.id)).size, threads.length);
  });

  it('shows the one stack, in parts as a whole', async () => {
    const whole = await body('stackTrace', { threadId: stopped.threadId });
    frames = whole.stackFrames;
    assert.equal(frames.length, whole.totalFrames);
    const parts = [];
    for (let at = 0; at < whole.totalFrames; at += 5)
      parts.push(...(await body('stackTrace', { threadId: stopped.threadId, startFrame: at, levels: 5 })).stackFrames);
    assert.deepEqual(parts, frames);
    assert.match(frames[0].name, /^— Xen hypervisor/);
    assert.equal(frames[0].presentationHint, 'label');
    if (dump.record) assert.ok(frames.some(f => f.presentationHint === 'label' && /#\w\w|NMI/.test(f.name)), 'no exception record on the stack');
    assert.doesNotMatch(frames.at(-1).name, /stopped/);
  });

  if (dump.guest) {
    it('follows the stack through dom0 to its start', () => {
      assert.equal(frames.at(-1).name, dump.start ?? '_start');
      if (dump.oracle) assert.deepEqual(guestFrames(frames), dump.oracle);
    });
  }

  it('goes down every other stack to its end', async () => {
    for (const thread of (await body('threads')).threads) {
      const { stackFrames } = await body('stackTrace', { threadId: thread.id });
      if (thread.id !== stopped.threadId && dump.absentStacks) {
        assert.match(stackFrames.at(-1).name, dump.absentStacks, thread.name);
        continue;
      }
      assert.ok(stackFrames.length > 1, thread.name);
      assert.doesNotMatch(stackFrames.at(-1).name, /stopped/, thread.name);
    }
  });

  it('has registers and variables in every frame', async () => {
    let locals = 0;
    for (const frame of frames.filter(f => f.instructionPointerReference)) {
      const { scopes } = await body('scopes', { frameId: frame.id });
      for (const scope of scopes) {
        const { variables } = await body('variables', { variablesReference: scope.variablesReference });
        assert.equal(variables.length, scope.namedVariables, `${frame.name}, ${scope.name}`);
        if (scope.presentationHint !== 'registers') locals += variables.length;
        if (scope.name === 'Registers') assert.equal(programCounter(variables), BigInt(frame.instructionPointerReference), frame.name);
        for (const variable of variables.filter(v => v.variablesReference > 0)) await body('variables', { variablesReference: variable.variablesReference, count: 20 });
      }
    }
    if (dump.locals) assert.ok(locals > 0, 'no argument and no local in any frame');
  });

  it('reads and disassembles the same bytes at each instruction pointer', async () => {
    for (const frame of frames.filter(f => f.instructionPointerReference)) {
      const pc = frame.instructionPointerReference;
      const { instructions } = await body('disassemble', { memoryReference: pc, instructionOffset: -5, instructionCount: 12, resolveSymbols: true });
      assert.equal(instructions.length, 12);
      assert.equal(BigInt(instructions[5].address), BigInt(pc));
      const code = instructions.slice(5).filter(i => i.presentationHint !== 'invalid').map(i => i.instructionBytes).join(' ');
      const { address, data } = await body('readMemory', { memoryReference: pc, count: code.split(' ').length });
      assert.equal(BigInt(address), BigInt(pc));
      assert.equal(Buffer.from(data, 'base64').toString('hex'), code.replaceAll(' ', ''), frame.name);
    }
  });

  it('evaluates in a frame, completes, and lists what it was made from', async () => {
    const frame = frames.find(f => f.instructionPointerReference);
    const pc = await body('evaluate', { expression: '$pc', frameId: frame.id, context: 'watch' });
    assert.equal(BigInt(pc.result.split(' ')[0]), BigInt(frame.instructionPointerReference));
    assert.match((await body('evaluate', { expression: 'info', context: 'repl' })).result, dump.cause);
    const { targets } = await body('completions', { text: (dump.rip ?? '$rip').slice(0, 2), column: 3, frameId: frame.id });
    assert.ok(targets.some(t => t.label === (dump.rip ?? '$rip')));
    const { modules } = await body('modules', {});
    assert.equal(modules[0].name, dump.module ?? 'xen');
    const { content } = await body('source', { sourceReference: frame.source.sourceReference, source: frame.source });
    assert.ok(content.split('\n').length >= frame.line);
  });

  it('says what the exception was', async () => {
    const info = await body('exceptionInfo', { threadId: stopped.threadId });
    assert.equal(info.description, stopped.description);
    assert.ok(info.details.message.includes(info.description));
  });

  it('does not run, and says so', async () => {
    const again = dc.waitForEvent('stopped');
    await assert.rejects(dc.continueRequest({ threadId: stopped.threadId }), /crash dump/);
    assert.equal((await again).body.threadId, stopped.threadId);
  });

  it('disconnects and exits', async () => {
    await dc.disconnectRequest();
    assert.equal(await exited, 0);
  });
}

/** dom0's frames as gdb writes them: without those of inlined calls. */
function guestFrames(frames) {
  const first = frames.findLastIndex(f => f.presentationHint === 'label') + 1;
  return frames.slice(first).filter(f => !f.name.endsWith('[inlined]')).map(f => `${f.instructionPointerReference} ${f.name}:${f.line}`);
}

function programCounter(registers) {
  return BigInt(registers.find(r => r.name === 'rip' || r.name === 'eip').value);
}
