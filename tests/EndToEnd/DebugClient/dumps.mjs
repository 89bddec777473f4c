// Which dumps there are to look at, and what is known of each.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The samples that the program makes itself. */
export const samples = [
  { name: 'sample:overflow', launch: { dump: 'sample:overflow' }, cause: /kernel stack overflow/, record: true, guest: true, locals: true },
  {
    name: 'sample:goldcloth', launch: { dump: 'sample:goldcloth' }, cause: /kernel stack overflow/, record: true, guest: true, locals: true,
    // A 32-bit Solaris; its threads other than the one that crashed have no stacks.
    threads: /^(CPU \d+: )?d0v\d, cpu \d/, start: 'thread_start', rip: '$eip', module: 'unix', absentStacks: /no saved registers|^thread_start$/,
  },
  { name: 'sample:nmi', launch: { dump: 'sample:nmi' }, cause: /NMI/, record: true, guest: false, locals: true },
];

/** Why there are no real dumps; null where there are. */
export const labIsAbsent = lab() === null ? 'the lab is not here: set XENDUMP_LAB to a folder with dumps/, symbols/ and oracle/' : null;

/** The real dumps: folders of dumps/ are named after who crashed and which build of Xen it was. */
export function labDumps() {
  const root = lab();
  if (root === null) return [];
  const found = [];
  for (const folder of readdirSync(join(root, 'dumps')).sort()) {
    const files = readdirSync(join(root, 'dumps', folder));
    for (const file of files.filter(f => f.endsWith('core')).sort()) found.push(describe(root, folder, file, files));
  }
  return found;
}

function describe(root, folder, file, files) {
  const build = { dbg: '4.17-dbg', rel: '4.17-rel', 420: '4.20', deb417: '4.17-debian-nodwarf' }[folder.split('-').at(-1)];
  const xenSyms = files.includes('xen-syms') ? join(root, 'dumps', folder, 'xen-syms') : join(root, 'symbols', `xen-syms-${build}`);
  const kernel = files.find(f => f.endsWith('.elf'));
  const oracle = join(root, 'oracle', `${folder}.gdb-guest`);
  return {
    name: `${folder}/${file}`,
    launch: { dump: join(root, 'dumps', folder, file), xenSyms, ...(kernel && { kernel: join(root, 'dumps', folder, kernel) }) },
    skip: existsSync(xenSyms) ? null : `no symbols of Xen ${build}`,
    cause: folder.startsWith('h-nmi') ? /NMI/ : folder.startsWith('h-') ? /./ : /kernel stack overflow/,
    record: !folder.startsWith('h-key'), // a debug key is handled by ordinary code
    guest: !folder.startsWith('h-'),
    locals: build !== '4.17-debian-nodwarf',
    oracle: existsSync(oracle) ? framesOfGdb(readFileSync(oracle, 'utf8')) : null,
  };
}

/** Calls as gdb lists them; it writes the innermost one twice. */
function framesOfGdb(text) {
  const frames = new Map();
  for (const m of text.matchAll(/^#(\d+)\s+0x0*([0-9a-f]+) in (\w+) \(.*?\) at \S+:(\d+)/gm)) frames.set(Number(m[1]), `0x${m[2]} ${m[3]}:${m[4]}`);
  return [...frames.values()];
}

function lab() {
  for (const folder of [process.env.XENDUMP_LAB, join(repository, '..', 'shared', 'lab'), join(repository, 'artifacts', 'lab')]) {
    if (!folder || !existsSync(join(folder, 'dumps'))) continue;
    const unpacked = readdirSync(join(folder, 'dumps'), { recursive: true }).some(f => f.endsWith('core'));
    if (unpacked) return folder;
  }
  return null;
}
