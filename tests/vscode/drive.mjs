// Uses Backstory in VS Code as a person would and prints what is on the screen then: node drive.mjs SCENARIO FOLDER SCRATCH. TOOLS names what
// install.sh made, VSIX and PYRIGHT_VSIX what build.sh made, BACKSTORY the program. Never does: judge; tests/vscode.rs compares.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { open } from "./editor.mjs";

const [, , scenario, folder, scratch] = process.argv;

export function show(title, lines) {
  console.log(`== ${title}`);
  [lines].flat().forEach((line) => console.log(line.replace(/\u00a0/g, " ")));
}

const { options, run } = await import(`./${scenario}.mjs`);
const editor = await open({ folder, scratch, ...options({ folder, scratch }) });
try {
  await run(editor, { show, folder, scratch });
} catch (error) {
  writeFileSync(join(scratch, "failed.png"), await editor.page.screenshot());
  console.log(`FAILED: ${error.stack}\nA picture is in ${join(scratch, "failed.png")}.`);
  console.log(`Status: ${await editor.statusText()}\nNotifications: ${await editor.notifications()}`);
  process.exitCode = 1;
} finally {
  await editor.close();
}
