import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findExecutable, type Surroundings } from '../src/executable';

function machine(files: string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    configured: '',
    extensionFolder: '/ext',
    platform: 'linux',
    arch: 'x64',
    searchPath: '/usr/bin:/opt/xen/bin',
    isExecutable: file => files.includes(file),
    ...more,
  };
}

test('the setting comes first', () => {
  const found = findExecutable(machine(['/own/xendump', '/ext/bin/linux-x64/xendump'], { configured: '/own/xendump' }));
  assert.deepEqual(found, { file: '/own/xendump' });
});

test('a setting that names no executable is a problem, not a reason to take another one', () => {
  const found = findExecutable(machine(['/ext/bin/linux-x64/xendump'], { configured: '/gone/xendump' }));
  assert.ok('problem' in found && found.problem.includes('/gone/xendump') && found.problem.includes('xendump.path'));
});

test('the executable in the extension comes before PATH', () => {
  const found = findExecutable(machine(['/usr/bin/xendump', '/ext/bin/linux-x64/xendump']));
  assert.deepEqual(found, { file: '/ext/bin/linux-x64/xendump' });
});

test('PATH is searched in order', () => {
  assert.deepEqual(findExecutable(machine(['/opt/xen/bin/xendump'])), { file: '/opt/xen/bin/xendump' });
});

test('an entry of PATH that is not absolute is passed over', () => {
  const found = findExecutable(machine(['xendump', 'bin/xendump'], { searchPath: ':bin' }));
  assert.ok('problem' in found);
});

test('nothing found: the message says what to do', () => {
  const found = findExecutable(machine([], { searchPath: undefined }));
  assert.ok('problem' in found && found.problem.includes('linux-x64') && found.problem.includes('dotnet publish'));
});
