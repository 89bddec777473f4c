import * as path from 'node:path';

/** What the search needs to know of the machine; given, so that it can be tested. */
export interface Surroundings {
  /** Setting `xendump.path`; empty where it is not set. */
  readonly configured: string;
  /** Folder of the extension. */
  readonly extensionFolder: string;
  /** `process.platform` and `process.arch`. */
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `PATH`, or undefined. */
  readonly searchPath: string | undefined;
  /** Whether there is a file that can be run. */
  readonly isExecutable: (file: string) => boolean;
}

/** Where `xendump` is, or a sentence for the user. */
export type Found = { readonly file: string } | { readonly problem: string };

/** The setting if it is set (and nothing else then), else the executable in the extension, else the one on PATH. */
export function findExecutable(at: Surroundings): Found {
  const name = at.platform === 'win32' ? 'xendump.exe' : 'xendump';
  if (at.configured) {
    return at.isExecutable(at.configured)
      ? { file: at.configured }
      : { problem: `The setting "xendump.path" names ${at.configured}, which is not an executable file.` };
  }

  const bundled = path.join(at.extensionFolder, 'bin', `${at.platform}-${at.arch}`, name);
  if (at.isExecutable(bundled)) return { file: bundled };

  for (const folder of (at.searchPath ?? '').split(path.delimiter)) {
    // An entry that is not absolute would be looked up in whatever folder is open.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (at.isExecutable(file)) return { file };
  }

  return {
    problem: `This extension brings no xendump for ${at.platform}-${at.arch}, and there is none on PATH. ` +
      'Build it (dotnet publish adapter -c Release) and name it in the setting "xendump.path".',
  };
}
