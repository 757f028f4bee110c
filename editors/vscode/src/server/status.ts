// How the server is and what it does, in the status bar, with a menu of what can be done about it. It asks only while something is being
// read, and when the server says that something has changed. Never does: pop up by itself.

import * as vscode from "vscode";

import type { Health, Server } from "./client";
import { short, type Status } from "./protocol";

/** How often it asks while the server is busy, in milliseconds. */
const BUSY = 1000;

/** Changes within so long are asked about once. */
const TOGETHER = 200;

interface Choice extends vscode.QuickPickItem {
  readonly command?: string;
}

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("backstory.status", vscode.StatusBarAlignment.Right, 80);
  private last: Status | undefined;
  private timer: NodeJS.Timeout | undefined;

  public constructor(private readonly server: Server) {
    this.item.name = "Backstory";
    this.item.command = "backstory.menu";
    this.show();
    this.item.show();
  }

  public get status(): Status | undefined {
    return this.last;
  }

  /** The server has started, ended, or said that something has changed. */
  public renew(): void {
    this.show();
    this.later(TOGETHER);
  }

  public async menu(): Promise<void> {
    const choices = this.choices();
    const title = this.summary().join(" · ");
    const chosen = await vscode.window.showQuickPick(choices, { title: "Backstory", placeHolder: title });
    if (chosen?.command !== undefined) {
      await vscode.commands.executeCommand(chosen.command);
    }
  }

  public dispose(): void {
    clearTimeout(this.timer);
    this.item.dispose();
  }

  private later(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), milliseconds);
  }

  private async ask(): Promise<void> {
    if (this.server.health.state !== "running") {
      return;
    }
    try {
      this.last = await this.server.ask<Status>("backstory/status", {});
    } catch {
      // It has just ended, which is shown.
    }
    this.show();
    if (this.last?.busy === true) {
      this.later(BUSY);
    }
  }

  private show(): void {
    const { health } = this.server;
    this.item.text = `${icon(health, this.last)} Backstory`;
    this.item.backgroundColor =
      health.state === "absent" || health.state === "failed" ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    const tooltip = new vscode.MarkdownString(undefined, true);
    this.summary().forEach((line) => tooltip.appendText(line).appendMarkdown("  \n"));
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Backstory: ${this.summary().join(", ")}` };
  }

  /** What there is to say, a line each. */
  private summary(): string[] {
    const { health } = this.server;
    switch (health.state) {
      case "absent":
      case "failed":
        return [health.problem];
      case "starting":
        return ["Starting…"];
      case "stopped":
        return ["Not running"];
      case "running":
        return this.last === undefined ? ["Starting…"] : told(this.last);
    }
  }

  private choices(): Choice[] {
    const { health } = this.server;
    const choices: Choice[] = [];
    const add = (label: string, command: string): void => void choices.push({ label, command });
    if (health.state === "absent") {
      add("$(gear) Say where the program is", "backstory.openPathSetting");
      add("$(book) How to install it", "backstory.openWalkthrough");
    }
    if (this.last !== undefined && health.state === "running") {
      if (this.last.model.state === "missing" && vscode.workspace.isTrusted) {
        add("$(cloud-download) Fetch the language model…", "backstory.fetchModel");
      }
      if (this.last.paused) {
        add("$(debug-continue) Go on reading in the background", "backstory.resume");
      } else {
        add("$(debug-pause) Pause reading in the background", "backstory.pause");
      }
      add("$(history) Show the history of the symbol at the cursor", "backstory.showHistory");
      add("$(search) Search by meaning", "backstory.search");
      add("$(question) Ask the repository", "backstory.askQuestion");
    }
    if (!vscode.workspace.isTrusted) {
      add("$(workspace-untrusted) Restricted: no model, no settings of the repository", "workbench.trust.manage");
    }
    add("$(refresh) Start the server again", "backstory.restart");
    add("$(output) Show the log", "backstory.showLog");
    add("$(settings-gear) Settings", "backstory.openSettings");
    return choices;
  }
}

function icon(health: Health, status: Status | undefined): string {
  switch (health.state) {
    case "absent":
    case "failed":
      return "$(warning)";
    case "starting":
      return "$(sync~spin)";
    case "stopped":
      return "$(circle-slash)";
    case "running":
      if (status?.busy === true) {
        return "$(sync~spin)";
      }
      return status?.paused === true ? "$(debug-pause)" : "$(history)";
  }
}

const NO_MODEL = { off: "No model, as settings say", missing: "No model yet: explanations are quotes" } as const;

function told(status: Status): string[] {
  const lines = status.repositories.map((repository) => {
    const name = repository.root === null ? "repository" : (vscode.Uri.parse(repository.root).path.split("/").pop() ?? "");
    const commit = repository.commit === null ? "no commits" : `${repository.ref ?? "detached"} ${short(repository.commit)}`;
    const files = repository.files === 1 ? "1 file" : `${repository.files} files`;
    return `${name}: ${commit}, ${files}${repository.reading ? ", reading" : ""}`;
  });
  const { model } = status;
  if (model.state === "ready") {
    lines.push(`Model: ${model.title ?? ""}${model.remote ? ", not on this machine" : ""}`);
  } else {
    lines.push(vscode.workspace.isTrusted ? NO_MODEL[model.state] : "Restricted: no model, no settings of the repository");
  }
  if (status.paused) {
    lines.push("Paused: nothing is read in the background");
  }
  return [...lines, ...status.warnings];
}
