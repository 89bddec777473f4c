// Runs in the extension host as the "test suite": a small HTTP server on loopback through which the driver runs commands and
// reads what only the extension API shows. Ends when it is told to.
const http = require('node:http');
const vscode = require('vscode');

const actions = {
  command: ({ id, args = [] }) => vscode.commands.executeCommand(id, ...args).then(() => null),
  session: () => {
    const session = vscode.debug.activeDebugSession;
    return session ? { id: session.id, type: session.type, name: session.name } : null;
  },
  request: ({ command, args }) => vscode.debug.activeDebugSession.customRequest(command, args),
  memory: async ({ reference, offset, count }) => {
    const id = encodeURIComponent(vscode.debug.activeDebugSession.id);
    const uri = vscode.Uri.parse(`vscode-debug-memory://${id}/${encodeURIComponent(reference)}/memory.bin?range=${offset}:${offset + count}`);
    return Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('hex');
  },
  extensions: () => vscode.extensions.all.filter(e => !e.packageJSON.isBuiltin).map(e => e.id),
};

exports.run = () => new Promise(resolve => {
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += chunk; });
    request.on('end', async () => {
      const { action, ...rest } = JSON.parse(body || '{}');
      if (action === 'quit') {
        response.end('{}');
        server.close();
        resolve();
        return;
      }
      try {
        response.end(JSON.stringify({ value: await actions[action](rest) ?? null }));
      } catch (error) {
        response.end(JSON.stringify({ error: String(error?.message ?? error) }));
      }
    });
  });
  server.listen(Number(process.env.BRIDGE_PORT), '127.0.0.1');
});
