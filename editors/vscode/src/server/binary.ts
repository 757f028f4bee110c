// Finds the program: the one that the settings name, the one in this extension, or one on the path. Never does: install or download it.

import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

export interface Sought {
  /** What the settings name; empty where nothing is named. */
  readonly named: string;
  /** The folder of this extension. */
  readonly extension: string;
}

export type Binary = { readonly path: string } | { readonly problem: string };

const NAME = process.platform === "win32" ? "backstory.exe" : "backstory";

/** The program, or a sentence about why there is none. */
export async function findBinary({ named, extension }: Sought): Promise<Binary> {
  if (named !== "") {
    const path = named.replace(/^~(?=[/\\])/, homedir());
    return (await isProgram(path)) ? { path } : { problem: `backstory.server.path names ${named}, which is no program.` };
  }
  for (const folder of [join(extension, "bin"), ...onPath()]) {
    const path = join(folder, NAME);
    if (await isProgram(path)) {
      return { path };
    }
  }
  return { problem: "The program backstory is not on this machine's path, and this build of the extension has none in it." };
}

/** What `backstory --version` says; undefined where it can't be run. */
export function versionOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(path, ["--version"], { timeout: 10_000 }, (error, stdout) => {
      resolve(error ? undefined : stdout.trim().split(" ").pop());
    });
  });
}

function onPath(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  // Where cargo puts programs, which editors started from a menu don't have on their path.
  return [...folders, join(homedir(), ".cargo", "bin")];
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
