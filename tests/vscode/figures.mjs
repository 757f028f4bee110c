// How long the main server's hover takes to be on the screen, and what the server uses while nothing is done. FIGURES=without leaves Backstory
// out: node drive.mjs figures FOLDER SCRATCH. Never does: compare; noise of a shared machine is larger than what there is to see.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROUNDS = 20;

/** Nothing is done for so long, in seconds. */
const IDLE = 60;

const without = process.env.FIGURES === "without";

export const options = ({ scratch }) => ({ pyright: true, backstory: !without, env: { BACKSTORY_CACHE_DIR: join(scratch, "cache") } });

export async function run(editor, { show }) {
  const started = Date.now();
  await editor.go("postroom/outbox.py", 17, 9);
  await editor.hover("def flush", ...(without ? [] : ["Introduced"]));
  show("from the open window to the first hover", `${Date.now() - started} ms`);
  await editor.page.waitForTimeout(3000);
  const times = [];
  const own = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await editor.go("postroom/outbox.py", 13, 9);
    await editor.go("postroom/outbox.py", 17, 9);
    const [main, ours] = await hover(editor.page, !without);
    times.push(main);
    own.push(ours);
    await editor.key("Escape");
  }
  show("pyright's hover on the screen, in ms", [spread(times)]);
  if (without) {
    return;
  }
  show("Backstory's", [spread(own)]);
  const pid = editor.serverPid();
  await editor.page.waitForTimeout(5000);
  const before = used(pid);
  await editor.page.waitForTimeout(IDLE * 1000);
  show("idle", [`${((used(pid) - before) * 10).toFixed(0)} ms of the processor in ${IDLE} s`, memory(pid)]);
  show("notifications", await editor.notifications());
}

/** When the hovers of both were on the screen, in milliseconds after the keys. */
function hover(page, hasOurs) {
  const seen = page.evaluate(async (hasOurs) => {
    const start = performance.now();
    const found = [0, 0];
    while ((found[0] === 0 || (hasOurs && found[1] === 0)) && performance.now() - start < 20_000) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const text = [...document.querySelectorAll(".monaco-hover:not(.hidden):not(.workbench-hover) .hover-row")].map((row) => row.textContent).join("\n");
      found[0] ||= text.includes("def flush") ? performance.now() - start : 0;
      found[1] ||= text.includes("Introduced") ? performance.now() - start : 0;
    }
    return found;
  }, hasOurs);
  return page.keyboard
    .press("Control+k")
    .then(() => page.keyboard.press("Control+i"))
    .then(() => seen);
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)].toFixed(0);
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, least ${at(0)}, most ${at(1)} of ${sorted.length}`;
}

/** Hundredths of a second of the processor. */
function used(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

function memory(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return `${Math.round(Number(kilobytes) / 1024)} MB resident`;
}
