// Which main language servers are there: beside one Backstory answers for history only, otherwise it can do their work, too.
// Never does: look into what they answer.

import * as vscode from "vscode";

/** Extensions that bring a language server which knows names and types. */
const SERVERS: Readonly<Record<string, readonly string[]>> = {
  rust: ["rust-lang.rust-analyzer"],
  python: [
    "ms-python.vscode-pylance",
    "ms-pyright.pyright",
    "detachhead.basedpyright",
    "astral-sh.ty",
    "meta.pyrefly",
    "zubanls.zubanls",
    "ms-python.python",
  ],
};

const PATTERNS: Readonly<Record<string, string>> = { rust: "**/*.rs", python: "**/*.py" };

export type Mode = "companion" | "standalone";

/**
 * Companion where any language of the workspace has a main server: then nothing is ever shown twice. Standalone where none has.
 */
export async function suitableMode(): Promise<Mode> {
  const has = await Promise.all(Object.keys(PATTERNS).map(async (language) => hasServer(language) && (await isSpoken(language))));
  return has.includes(true) ? "companion" : "standalone";
}

function hasServer(language: string): boolean {
  return (SERVERS[language] ?? []).some((id) => vscode.extensions.getExtension(id) !== undefined && isOn(id));
}

/** The Python extension brings a server unless it is told not to. */
function isOn(id: string): boolean {
  return id !== "ms-python.python" || vscode.workspace.getConfiguration("python").get("languageServer") !== "None";
}

async function isSpoken(language: string): Promise<boolean> {
  if (vscode.workspace.textDocuments.some((document) => document.languageId === language)) {
    return true;
  }
  const found = await vscode.workspace.findFiles(PATTERNS[language] ?? "", "**/{node_modules,target,.venv,venv}/**", 1);
  return found.length > 0;
}
