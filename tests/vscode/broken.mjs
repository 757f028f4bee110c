// Where the program is there and its server ends at once, hangs while it works, or never answers to its start: what is said, and that another
// try works once it is mended.

import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { until } from "./editor.mjs";

const ENDS = 'case "$1" in --version) echo backstory 0.1.0;; *) echo "no" >&2; exit 3;; esac';
const HANGS = 'case "$1" in --version) echo backstory 0.1.0;; *) exec sleep 100000;; esac';
const WORKS = `exec ${process.env.BACKSTORY} "$@"`;

const program = (scratch) => join(scratch, "backstory");

export function options({ scratch }) {
  write(scratch, ENDS);
  return { program: program(scratch), env: { BACKSTORY_CACHE_DIR: join(scratch, "cache"), BACKSTORY_MODEL_DIR: join(scratch, "models") } };
}

export async function run(editor, { show, scratch }) {
  await editor.go("postroom/outbox.py", 17, 9);
  await complained(editor, show, scratch);

  const pid = editor.serverPid();
  process.kill(pid, "SIGSTOP");
  write(scratch, HANGS);
  await editor.command("Backstory: Start the Server Again");
  await until("the end of the server that hangs", () => !isThere(pid));
  await until("another one that starts", async () => (await editor.statusText()).includes("Starting"));
  show("status while the next one hangs", await editor.statusText());
  await complained(editor, show, scratch);
}

/** Waits until something is said, mends the program, and takes the offer of another try. */
async function complained(editor, show, scratch) {
  const toast = editor.page.locator(".notification-toast");
  await until("a notification", async () => (await editor.notifications()).length > 0);
  show("notifications", await editor.notifications());
  show("status", await editor.statusText());
  write(scratch, WORKS);
  await toast.locator(".monaco-button", { hasText: "Start again" }).click();
  await editor.idle();
  show("status after another try", await editor.statusText());
}

function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function write(scratch, script) {
  writeFileSync(program(scratch), `#!/bin/sh\n${script}\n`);
  chmodSync(program(scratch), 0o755);
}
