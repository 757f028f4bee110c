// The connection to the server: starts it, starts it again where it was killed, ends it, and sends it what this extension asks.
// Never does: show an answer.

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ErrorCodes,
  LanguageClient,
  ProgressType,
  ResponseError,
  State,
  TransportKind,
  type ConfigurationMiddleware,
  type ErrorHandler,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";

import { suitableMode } from "./beside";
import { findBinary, versionOf } from "./binary";
import { Restarts } from "./restarts";
import { explicit, names } from "./settings";

/** How the server is. */
export type Health =
  | { readonly state: "starting" }
  | { readonly state: "running"; readonly version: string }
  | { readonly state: "stopped" }
  | { readonly state: "absent"; readonly problem: string }
  | { readonly state: "failed"; readonly problem: string };

/** What the rest of the extension does when the server wants something of it. */
export interface Routes {
  /** Commands of the server that have a view here; the others are run by the server. */
  readonly commands: ReadonlyMap<string, (argument: unknown) => Thenable<unknown>>;
  /** Documents of the scheme `backstory` that have a view here; says whether it is shown. */
  readonly show: (uri: vscode.Uri) => Thenable<boolean>;
  readonly onStatus: () => void;
}

const LANGUAGES = ["rust", "python"];

/** A server that has not answered to its start by then never will, in milliseconds. */
const LONGEST_START = 60_000;

/** What follows from an event has happened by then, in milliseconds. */
const SHORTLY = 100;

export class Server implements vscode.Disposable {
  public readonly log = vscode.window.createOutputChannel("Backstory", { log: true });
  private readonly changed = new vscode.EventEmitter<Health>();
  public readonly onHealth = this.changed.event;
  private client: LanguageClient | undefined;
  private readonly restarts = new Restarts();
  private current: Health = { state: "stopped" };
  /** Whether the mode was chosen by what else is there, and which. */
  private suggested: string | undefined;
  private program: string | undefined;
  /** The server that was started last has not answered in time. */
  private wasLate = false;
  /** Starts and stops one after the other. */
  private turn: Promise<void> = Promise.resolve();

  public constructor(
    private readonly extension: vscode.Extension<unknown>,
    private readonly routes: Routes,
  ) {}

  public get health(): Health {
    return this.current;
  }

  /** The path of the program, once it was found. */
  public get binary(): string | undefined {
    return this.program;
  }

  public start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  public stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  /** Somebody wants another try, or something that the server is told at its start has changed. */
  public restart(): Promise<void> {
    this.restarts.forget();
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  /** Starts the server anew where what else is there makes another mode suitable. */
  public async reconsider(): Promise<void> {
    if (this.client !== undefined && (await suitableMode()) !== this.suggested) {
      this.log.info("the language servers beside this one have changed");
      await this.restart();
    }
  }

  /** Asks the server; throws what it says where it refuses. */
  public async ask<T>(method: string, params: object, token?: vscode.CancellationToken): Promise<T> {
    const client = await this.running();
    return token === undefined ? client.sendRequest<T>(method, params) : client.sendRequest<T>(method, params, token);
  }

  /** The same, with all that is known each time that more is. */
  public async stream<T>(method: string, params: object, onPart: (part: T) => void, token: vscode.CancellationToken): Promise<T> {
    const client = await this.running();
    const partialResultToken = `backstory-view-${Math.random().toString(36).slice(2)}`;
    const listening = client.onProgress(new ProgressType<T>(), partialResultToken, onPart);
    try {
      return await client.sendRequest<T>(method, { ...params, partialResultToken }, token);
    } finally {
      listening.dispose();
    }
  }

  public dispose(): Promise<void> {
    return this.stop().then(() => {
      this.changed.dispose();
      this.log.dispose();
    });
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(work, work);
    return this.turn;
  }

  private async running(): Promise<LanguageClient> {
    await this.turn;
    const client = this.client;
    if (client === undefined || this.current.state === "absent" || this.current.state === "failed") {
      throw new Error("problem" in this.current ? this.current.problem : "Backstory is not running.");
    }
    // Waits for it where it is being started again.
    await client.start();
    return client;
  }

  private async startNow(): Promise<void> {
    if (this.client !== undefined) {
      return;
    }
    this.become({ state: "starting" });
    const named = vscode.workspace.getConfiguration("backstory").get<string>("server.path", "");
    const binary = await findBinary({ named, extension: this.extension.extensionPath });
    if ("problem" in binary) {
      this.log.error(binary.problem);
      return this.become({ state: "absent", problem: binary.problem });
    }
    this.program = binary.path;
    const version = await versionOf(binary.path);
    if (version === undefined) {
      return this.become({ state: "failed", problem: `${binary.path} does not run.` });
    }
    this.log.info(`${binary.path}, version ${version}`);
    this.suggested = await suitableMode();
    const client = this.make(binary.path, version);
    this.client = client;
    this.wasLate = false;
    try {
      const started = client.start();
      // The client may take a server for started that was ended before it answered, or wait for its answer for good.
      const closed = new Promise<void>((resolve) => {
        client.onDidChangeState(({ newState }) => newState === State.StartFailed && resolve());
      });
      await Promise.race([started, closed]);
      if (client.state !== State.Running) {
        // What the server says of it is thrown here.
        await Promise.race([started, new Promise((resolve) => setTimeout(resolve, SHORTLY))]);
        throw new Error("the connection was closed");
      }
    } catch (error) {
      this.client = undefined;
      this.log.error(`starting: ${sentence(error)}`);
      const ended = this.wasLate ? `it has not answered for ${LONGEST_START / 1000} s.` : "it ended before it answered.";
      const why = isServers(error) ? error.message : ended;
      this.become({ state: "failed", problem: `The server did not start: ${why}` });
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    const child = client?.serverProcess;
    await client?.dispose().catch((error: unknown) => {
      // One that hangs, or has not answered to its start yet, can't be asked to end.
      this.log.warn(`stopping: ${sentence(error)}`);
      child?.kill("SIGKILL");
    });
    this.become({ state: "stopped" });
  }

  private make(path: string, version: string): LanguageClient {
    const args = ["lsp", ...vscode.workspace.getConfiguration("backstory").get<string[]>("server.arguments", [])];
    const options: LanguageClientOptions = {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
      outputChannel: this.log,
      initializationOptions: () => this.initialOptions(),
      // Links in hovers may run these two and nothing else, whatever a commit message says.
      markdown: { isTrusted: { enabledCommands: ["backstory.explain", "backstory.openChange"] } },
      errorHandler: this.errorHandler(() => this.client === client && wasRunning),
      initializationFailedHandler: () => false,
      middleware: {
        executeCommand: (command, args, next) => {
          const route = this.routes.commands.get(command);
          return route === undefined ? next(command, args) : route(args[0]);
        },
        workspace: { configuration: this.configuration() },
        window: {
          showDocument: async (params, token, next) => {
            const uri = vscode.Uri.parse(params.uri, true);
            const shown = uri.scheme === "backstory" && (await this.routes.show(uri));
            return shown ? { success: true } : next(params, token);
          },
        },
      },
    };
    let wasRunning = false;
    let late: NodeJS.Timeout | undefined;
    const client: LanguageClient = new QuietClient("backstory", "Backstory", { command: path, args, transport: TransportKind.stdio }, options);
    client.registerFeature(ABILITIES);
    client.onNotification("backstory/statusChanged", () => this.routes.onStatus());
    client.onDidChangeState(({ newState }) => {
      clearTimeout(late);
      if (newState === State.Starting) {
        late = setTimeout(() => {
          this.log.error(`the server has not answered for ${LONGEST_START / 1000} s; it is ended`);
          this.wasLate = true;
          client.serverProcess?.kill("SIGKILL");
        }, LONGEST_START);
      }
      if (this.client !== client) {
        return;
      }
      if (newState === State.Running) {
        wasRunning = true;
        this.become({ state: "running", version });
      } else if (newState === State.Starting) {
        this.become({ state: "starting" });
      }
    });
    return client;
  }

  /** Settings, what suits the other servers, and whether the workspace is trusted. */
  private initialOptions(): object {
    const settings = explicit(names(this.extension));
    return { ...settings, suggested: { mode: this.suggested }, restricted: !vscode.workspace.isTrusted };
  }

  private configuration(): NonNullable<ConfigurationMiddleware["configuration"]> {
    return (params) => params.items.map((item) => (item.section === "backstory" ? explicit(names(this.extension)) : null));
  }

  /** A server that has never run is not started again, nor is one that was given up. */
  private errorHandler(mayRestart: () => boolean): ErrorHandler {
    return {
      error: (error, _message, count) => {
        this.log.warn(`connection: ${error.message}`);
        return { action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown, handled: true };
      },
      closed: () => {
        if (!mayRestart()) {
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        if (this.restarts.mayRestart()) {
          this.log.warn("the server has ended; it is started again");
          return { action: CloseAction.Restart, handled: true };
        }
        const problem = "The server has ended five times within three minutes.";
        this.log.error(problem);
        this.client = undefined;
        this.become({ state: "failed", problem });
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private become(health: Health): void {
    this.current = health;
    this.changed.fire(health);
  }
}

/** Says what goes wrong to the log only: what a person has to know, this extension says itself, once. */
class QuietClient extends LanguageClient {
  public override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** What this client can do beyond what the protocol has a place for. */
const ABILITIES: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...capabilities.experimental, commandLinks: true, statusNotifications: true };
  },
  initialize() {},
  getState() {
    return { kind: "static" };
  },
  clear() {},
};

/** Whether the server said this itself, and not the connection, which tells of pipes. */
function isServers(error: unknown): error is ResponseError<unknown> {
  return error instanceof ResponseError && !(error.code >= ErrorCodes.jsonrpcReservedErrorRangeStart && error.code <= ErrorCodes.jsonrpcReservedErrorRangeEnd);
}

/** What an error says, for people. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
