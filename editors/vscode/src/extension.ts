// Backstory in VS Code: what is started when, and which command does what. Never does: anything of that itself.

import * as vscode from "vscode";

import { HistoryView } from "./history/view";
import type { Line } from "./history/items";
import type { Target } from "./impact/items";
import { ImpactView } from "./impact/view";
import { fetchModel } from "./model";
import { Opener } from "./opening";
import { Panel } from "./panel/panel";
import { question, search } from "./search";
import { sentence, Server } from "./server/client";
import { StatusItem } from "./server/status";
import { meant } from "./symbol";

export function activate(context: vscode.ExtensionContext): void {
  const opener = new Opener(() => server);
  const explain = async (argument: unknown): Promise<void> => {
    const asked = meant(argument);
    await (asked && panel.explain(asked));
  };
  const impact = async (argument: unknown): Promise<void> => {
    const asked = meant(argument);
    await (asked && impacts.show(asked));
  };
  const openChange = async (argument: unknown): Promise<void> => {
    const { uri } = (argument ?? {}) as { uri?: string };
    await (uri === undefined ? undefined : opener.change(uri));
  };
  const ask = async (): Promise<void> => {
    const asked = await question();
    await (asked === undefined ? undefined : panel.ask(asked, vscode.window.activeTextEditor?.document.uri.toString()));
  };

  const server: Server = new Server(context.extension, {
    commands: new Map([
      ["backstory.explain", explain],
      ["backstory.impact", impact],
      ["backstory.openChange", openChange],
    ]),
    show: async (uri) => {
      const isChange = uri.path.endsWith(".diff");
      await (isChange ? opener.change(uri.toString(true)) : undefined);
      return isChange;
    },
    onStatus: () => status.renew(),
  });
  const status: StatusItem = new StatusItem(server);
  const panel: Panel = new Panel(context.extensionUri, server, opener, () => status.status);
  const history = new HistoryView(server, opener, context.workspaceState);
  const impacts: ImpactView = new ImpactView(server, opener);

  const command = (name: string, run: (...args: never[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`backstory.${name}`, async (...args: never[]) => {
      try {
        await run(...args);
      } catch (error) {
        void vscode.window.showWarningMessage(sentence(error));
      }
    });
  const pause = (paused: boolean): Promise<void> => server.ask("backstory/pause", { paused });
  context.subscriptions.push(
    opener,
    status,
    panel,
    history,
    impacts,
    command("showExplanation", explain),
    command("showImpact", impact),
    command("showHistory", async (argument: unknown) => {
      const asked = meant(argument);
      await (asked && history.show(asked));
    }),
    command("search", () => search(server, opener, "code")),
    command("searchCommits", () => search(server, opener, "commits")),
    command("searchDocuments", () => search(server, opener, "documents")),
    command("askQuestion", ask),
    command("history.open", (line?: Line) => history.open(line)),
    command("history.openCommit", (line?: Line) => history.openCommit(line)),
    command("history.copyHash", (line?: Line) => history.copyHash(line)),
    command("history.filter", () => history.chooseFilter()),
    command("history.refresh", () => history.again()),
    command("history.pin", () => history.pin(true)),
    command("history.unpin", () => history.pin(false)),
    command("impact.open", (target: Target) => impacts.open(target)),
    command("impact.refresh", () => impacts.again()),
    command("impact.runTests", () => impacts.runTests()),
    command("menu", () => status.menu()),
    command("pause", () => pause(true)),
    command("resume", () => pause(false)),
    command("restart", () => server.restart()),
    command("showLog", () => server.log.show()),
    command("openSettings", () => vscode.commands.executeCommand("workbench.action.openSettings", "@ext:backstory.backstory")),
    command("openPathSetting", () => vscode.commands.executeCommand("workbench.action.openSettings", "backstory.server.path")),
    command("openWalkthrough", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", "backstory.backstory#start")),
    command("askAgain", () => panel.again()),
    command("fetchModel", async () => {
      if (await fetchModel(server)) {
        status.renew();
        await panel.again();
      }
    }),
    server.onHealth((health) => {
      status.renew();
      void vscode.commands.executeCommand("setContext", "backstory.health", health.state);
      if (health.state === "absent" || health.state === "failed") {
        void complain(health.problem, health.state === "absent");
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
    vscode.extensions.onDidChange(() => void server.reconsider()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (STARTUP.some((name) => event.affectsConfiguration(name))) {
        void server.restart();
      }
    }),
    server,
  );
  running = server;
  void server.start();
}

/** What is stopped when the editor ends; it waits for that, which it does not for what is disposed. */
let running: Server | undefined;

export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Settings that the server is told once, when it starts, or offers by. */
const STARTUP = ["backstory.server", "backstory.mode", "backstory.navigation", "backstory.hover", "backstory.lens.enable", "backstory.actions", "backstory.symbols"];

/** Says once what keeps Backstory from working, and offers what can be done about it. */
async function complain(problem: string, isAbsent: boolean): Promise<void> {
  const [what, other] = isAbsent ? ["Say where it is", "How to install it"] : ["Start again", "Show the log"];
  const chosen = await vscode.window.showErrorMessage(`Backstory does not work: ${problem}`, what, other);
  if (chosen === what) {
    await vscode.commands.executeCommand(isAbsent ? "backstory.openPathSetting" : "backstory.restart");
  } else if (chosen === other) {
    await vscode.commands.executeCommand(isAbsent ? "backstory.openWalkthrough" : "backstory.showLog");
  }
}
