// Fetches the language model when somebody has agreed to it, and shows how far that is. Never does: fetch by itself, or in a workspace that
// is not trusted.

import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as vscode from "vscode";

import type { Server } from "./server/client";

interface Listed {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  readonly bytes: number;
  readonly installed: boolean;
}

/** One line of `backstory model fetch --json`. */
interface Step {
  readonly stage: string;
  readonly message: string;
  readonly percent?: number;
}

/** Asks whether to fetch the default model, and fetches it; says whether it is there afterwards. */
export async function fetchModel(server: Server): Promise<boolean> {
  const program = server.binary;
  if (program === undefined || !vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      program === undefined ? "Backstory's program was not found." : "No model is used in a workspace that you have not said you trust.",
    );
    return false;
  }
  const model = await first(program);
  const what = model === undefined ? "a language model (100 to 150 MB)" : `${model.title} (${megabytes(model.bytes)}, ${model.licence})`;
  const agreed = await vscode.window.showInformationMessage(
    `Fetch ${what}?`,
    {
      modal: true,
      detail:
        "It words explanations on this machine; your code never leaves it. This one download comes from the internet, and nothing else ever does. " +
        "`backstory model remove` deletes it again.",
    },
    "Fetch",
  );
  return agreed === "Fetch" && fetch(program);
}

/** The model that is fetched where no name is given: the first of the list. */
function first(program: string): Promise<Listed | undefined> {
  return new Promise((resolve) => {
    execFile(program, ["model", "list", "--json"], { timeout: 10_000 }, (error, stdout) => {
      try {
        resolve(error ? undefined : (JSON.parse(stdout) as Listed[])[0]);
      } catch {
        resolve(undefined);
      }
    });
  });
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

async function fetch(program: string): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Backstory: fetching the model", cancellable: true };
  const problem = await vscode.window.withProgress(options, (progress, token) => run(program, progress, token));
  if (problem === undefined) {
    return true;
  }
  if (problem !== "") {
    void vscode.window.showErrorMessage(`The model could not be fetched: ${problem}`);
  }
  return false;
}

/** What a line tells; undefined for one of another program's, such as pip's. */
function stepOf(line: string): Step | undefined {
  try {
    return JSON.parse(line) as Step;
  } catch {
    return undefined;
  }
}

/** Runs the fetch; gives why it failed, an empty text where somebody stopped it. */
function run(
  program: string,
  progress: vscode.Progress<{ message: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, ["model", "fetch", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    let shown = 0;
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2000)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const step = stepOf(line);
      if (step === undefined) {
        return;
      }
      const percent = step.percent ?? 0;
      const increment = step.stage === "downloading" ? Math.max(percent - shown, 0) : 0;
      shown += increment;
      progress.report({ message: step.percent === undefined ? step.message : `${step.message}, ${percent} %`, increment });
    });
    token.onCancellationRequested(() => child.kill());
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) => {
      const why = said.trim().split("\n").pop()?.replace(/^error: /, "") ?? "";
      resolve(token.isCancellationRequested ? "" : code === 0 ? undefined : why || `it ended with ${code}`);
    });
  });
}
