// What is opened, and what must be seen. A case that needs the lab is skipped, with a reason, where the lab is not.
import fs from 'node:fs';
import path from 'node:path';

const hypervisor = ['hwdom_shutdown', 'domain_shutdown', 'asm_domain_crash_synchronous'];

/** Cases of the samples that come with the program, and of one real dump. */
export function cases(lab) {
  const dump = lab && path.join(lab, 'dumps/m64-dbg/elf.core');
  const xenSyms = lab && path.join(lab, 'symbols/xen-syms-4.17-dbg');
  const there = dump && fs.existsSync(dump) && fs.existsSync(xenSyms);
  return [
    {
      name: 'sample',
      launch: { type: 'xendump', request: 'launch', name: 'Xen crash dump: sample', dump: 'sample:overflow' },
      frames: [...hypervisor, 'page_count_sub', 'page_alloc', 'path_lookup', 'blk_open_device', 'blk_setup_node', 'xenwatch_thread', '_start'],
      finding: 'kernel stack overflow',
    },
    {
      name: 'sample-32-bit',
      launch: { type: 'xendump', request: 'attach', name: 'Xen crash dump: 32-bit sample', dump: 'sample:overflow32', threads: 'all' },
      frames: [...hypervisor, 'page_count_sub', '_start'],
      finding: 'kernel stack overflow',
    },
    {
      name: 'xen-4.17-dump',
      skip: there ? undefined : 'the lab is not here: set XENDUMP_LAB to a folder with dumps/ and symbols/, unpacked',
      launch: { type: 'xendump', request: 'launch', name: 'Xen crash dump', dump, xenSyms },
      frames: [...hypervisor, 'walk_tree', 'lookup_name', 'mount_root', 'kernel_main', 'start_c', '_start'],
      finding: 'kernel stack overflow',
    },
  ];
}
