// The panel beside the code that tells why a symbol is as it is, or what a question's answer is, while both grow. One panel serves all
// questions, the last one asked. Never does: run what comes from a repository; the page gets texts and numbers only.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

import type { Opener } from "../opening";
import { sentence, type Server } from "../server/client";
import { brief, type Answered, type Asked, type Explained, type Status } from "../server/protocol";
import { answer, explanation, failed, waiting, type Content, type Stage, type Target } from "./content";
import type { FromPage, ToPage } from "./page";

export class Panel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private content: Content = waiting("");
  /** Counts contents, so that a click on an older one leads nowhere wrong. */
  private number = 0;
  private asking: vscode.CancellationTokenSource | undefined;
  /** Asks the same again. */
  private repeat: (() => Promise<void>) | undefined;

  public constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
    private readonly opener: Opener,
    private readonly status: () => Status | undefined,
  ) {}

  /** Why a symbol is as it is. */
  public explain(asked: Asked): Promise<void> {
    const title = (told: Explained): string => `Why ${brief(told.report.symbol.key)}`;
    return this.tell("backstory/explain", asked, "Why it is as it is", explanation, title);
  }

  /** What the repository says about a question. */
  public ask(question: string, uri: string | undefined): Promise<void> {
    const params = { question, ...(uri === undefined ? {} : { uri }) };
    return this.tell<Answered>("backstory/ask", params, question, answer, () => question);
  }

  /** Asks again what was asked last: there may be a model now. */
  public async again(): Promise<void> {
    if (this.panel !== undefined) {
      await this.repeat?.();
    }
  }

  public dispose(): void {
    this.asking?.cancel();
    this.panel?.dispose();
  }

  private async tell<T>(
    method: string,
    params: object,
    heading: string,
    make: (told: T, stage: Stage) => Content,
    title: (told: T) => string,
  ): Promise<void> {
    this.repeat = () => this.tell(method, params, heading, make, title);
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    this.show(heading, waiting(heading));
    const onPart = (told: T, isDone: boolean): void => {
      if (!asking.token.isCancellationRequested) {
        const hasModel = this.status()?.model.state === "ready";
        this.show(title(told), make(told, { isDone, hasModel, mayFetch: vscode.workspace.isTrusted }));
      }
    };
    try {
      let isDone = false;
      const told = await this.server.stream<T>(method, params, (part) => !isDone && onPart(part, false), asking.token);
      isDone = true;
      onPart(told, true);
    } catch (error) {
      if (!asking.token.isCancellationRequested) {
        this.show(heading, failed(heading, sentence(error)));
      }
    }
  }

  private show(title: string, content: Content): void {
    this.content = content;
    this.number += 1;
    this.panel ??= this.open();
    this.panel.title = title;
    this.send();
    if (!this.panel.visible) {
      this.panel.reveal(undefined, true);
    }
  }

  private send(): void {
    const message: ToPage = { kind: "page", page: this.content.page, number: this.number };
    void this.panel?.webview.postMessage(message);
  }

  private open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(this.extension, "dist", "panel");
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel("backstory.panel", "Backstory", place, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [media],
    });
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(this.extension, "media", `panel-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    panel.webview.html = html(panel.webview, media);
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.receive(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.asking?.cancel();
    });
    return panel;
  }

  private async receive(message: FromPage): Promise<void> {
    if (message.kind === "ready") {
      return this.send();
    }
    const target = message.number === this.number ? this.content.targets[message.to] : undefined;
    if (target !== undefined) {
      try {
        await this.follow(target);
      } catch (error) {
        void vscode.window.showWarningMessage(sentence(error));
      }
    }
  }

  private async follow(target: Target): Promise<void> {
    switch (target.kind) {
      case "change":
        return this.opener.change(target.uri);
      case "commit":
        return this.opener.commit([target.root], target.hash);
      case "place":
        return this.opener.place(target.root, target.path, target.line);
      case "command":
        await vscode.commands.executeCommand(target.command, target.argument);
    }
  }
}

function html(webview: vscode.Webview, media: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const [script, style] = ["main.js", "style.css"].map((name) => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString());
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Backstory</title>
</head>
<body><main id="page"></main><script nonce="${nonce}" src="${script}"></script></body>
</html>`;
}
