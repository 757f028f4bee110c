// Packages the extension into a .vsix: `node scripts/package.mjs [--out FILE] [--target linux-x64 --binary FILE]`. With a target and a
// program the .vsix is for that platform alone and holds the program. The version is the workspace's, in Cargo.toml.
// Never does: publish, or take a version from anywhere else.

import { execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: { out: { type: "string" }, target: { type: "string" }, binary: { type: "string" } },
});
if ((values.target === undefined) !== (values.binary === undefined)) {
  throw new Error("--target and --binary go together");
}

const cargo = await readFile(join(here, "../../Cargo.toml"), "utf8");
const version = /^\[workspace\.package\]\s*version = "([^"]+)"/m.exec(cargo)?.[1];
const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
if (version === undefined || manifest.version !== version) {
  throw new Error(`package.json has version ${manifest.version}, Cargo.toml ${version}`);
}

const bin = join(here, "bin");
await rm(bin, { recursive: true, force: true });
if (values.binary !== undefined) {
  const name = values.target.startsWith("win32") ? "backstory.exe" : "backstory";
  await mkdir(bin);
  await copyFile(values.binary, join(bin, name));
  await chmod(join(bin, name), 0o755);
}
for (const name of ["LICENSE-MIT", "LICENSE-APACHE", "LICENSE"]) {
  await copyFile(join(here, "../..", name), join(here, name === "LICENSE" ? "LICENSE.txt" : name));
}

const run = (program, args) => execFileSync(process.execPath, [join(here, program), ...args], { cwd: here, stdio: "inherit" });
run("scripts/build.mjs", []);
const out = values.out ?? join(here, `backstory${values.target === undefined ? "" : `-${values.target}`}-${version}.vsix`);
const target = values.target === undefined ? [] : ["--target", values.target];
run("node_modules/@vscode/vsce/vsce", ["package", "--no-dependencies", "--out", out, ...target]);
