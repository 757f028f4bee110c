// What the panel shows of an explanation or an answer, as plain blocks: the page draws them and knows nothing else. What can be clicked is
// a number into a list that stays here. Never does: draw, or open anything.

import { summary } from "../history/kinds";
import { brief, plain, short, type Answered, type Explained, type Related, type Sentence, type Source, type Worded } from "../server/protocol";
import type { Block, Cite, Page } from "./page";

/** Where a click leads. */
export type Target =
  | { readonly kind: "change"; readonly uri: string }
  | { readonly kind: "commit"; readonly root: string; readonly hash: string }
  | { readonly kind: "place"; readonly root: string; readonly path: string; readonly line: number }
  | { readonly kind: "command"; readonly command: string; readonly argument?: unknown };

export interface Content {
  readonly page: Page;
  readonly targets: readonly Target[];
}

/** How far the answer is, and what there is to word it. */
export interface Stage {
  readonly isDone: boolean;
  /** A model is at hand. */
  readonly hasModel: boolean;
  /** One may be fetched. */
  readonly mayFetch: boolean;
}

/** Collects blocks with the targets of their links. */
class Writer {
  public readonly blocks: Block[] = [];
  public readonly targets: Target[] = [];

  public constructor(
    private readonly root: string,
    /** The diffs of changes by commit. */
    private readonly diffs: ReadonlyMap<string, string>,
  ) {}

  public to(target: Target): number {
    return this.targets.push(target) - 1;
  }

  public cite(source: Source): Cite {
    switch (source.kind) {
      case "commit":
        return { text: short(source.commit), to: this.to(this.commit(source.commit)) };
      case "discussion":
        return { text: source.reference, to: this.to(this.commit(source.commit)) };
      case "text":
        return { text: `${source.path}:${source.line}`, to: this.to({ ...source, kind: "place", root: this.root }) };
    }
  }

  public sentences(heading: string, sentences: readonly Sentence[], caption?: string, isGrowing = false): void {
    if (sentences.length > 0 || isGrowing) {
      const items = sentences.map(({ text, sources }) => ({ text, cites: sources.map((source) => this.cite(source)) }));
      this.blocks.push({ kind: "sentences", heading, items, isGrowing, ...(caption === undefined ? {} : { caption }) });
    }
  }

  public related(heading: string, related: readonly Related[]): void {
    if (related.length > 0) {
      const items = related.map(({ key, path, line, confidence }) => ({
        text: brief(key),
        title: plain(key),
        note: `${path}:${line}${confidence === "exact" ? "" : `, ${confidence}`}`,
        to: this.to({ kind: "place", root: this.root, path, line }),
      }));
      this.blocks.push({ kind: "list", heading: `${heading} (${items.length})`, items, isOpen: false });
    }
  }

  public note(text: string, action?: { label: string; command: string; argument?: unknown }): void {
    const button = action && { label: action.label, to: this.to({ kind: "command", command: action.command, argument: action.argument }) };
    this.blocks.push({ kind: "note", text, ...(button === undefined ? {} : { button }) });
  }

  private commit(hash: string): Target {
    const uri = this.diffs.get(hash);
    return uri === undefined ? { kind: "commit", root: this.root, hash } : { kind: "change", uri };
  }
}

/** An explanation. */
export function explanation(told: Explained, stage: Stage): Content {
  const { report, root } = told;
  const diffs = new Map(report.changes.map(({ commit }, index) => [commit, told.changes[index] ?? ""]));
  const writer = new Writer(root, diffs);
  const { symbol } = report;
  writer.blocks.push({ kind: "code", text: symbol.signature });
  words(writer, "In short", report.explanation, isAwaited(stage) && report.reasons.length > 0);
  if (report.draft !== null) {
    writer.blocks.push({ kind: "code", text: report.draft });
  }
  const none = report.account.length === 0 && report.changes.length > 0;
  writer.sentences("Why", none ? [{ text: "No rationale is recorded.", sources: [], kind: "stated" }] : report.account);
  if (report.uncommitted !== null) {
    writer.note(`Not committed yet: ${summary(report.uncommitted)}`);
  }
  limits(writer, report.limits, stage.mayFetch);
  writer.related("Used by", report.used_by);
  writer.related("Uses", report.uses);
  const links = [
    { text: `${symbol.path}:${symbol.line}`, to: writer.to({ kind: "place", root, path: symbol.path, line: symbol.line }) },
    { text: "History", to: writer.to({ kind: "command", command: "backstory.showHistory", argument: told.symbol }) },
    { text: "Impact", to: writer.to({ kind: "command", command: "backstory.showImpact", argument: told.symbol }) },
  ];
  const at = report.ref === null ? "" : `as of ${report.ref.name ?? "a detached HEAD"} (${short(report.ref.commit)})`;
  const page = { title: brief(symbol.key), kicker: symbol.kind, note: at, links, blocks: writer.blocks, isBusy: !stage.isDone };
  return { page, targets: writer.targets };
}

/** An answer to a question about the repository. */
export function answer(told: Answered, stage: Stage): Content {
  const { root } = told;
  const writer = new Writer(root, new Map());
  const { answer } = told;
  words(writer, "In short", answer.explanation ?? null, isAwaited(stage) && answer.answer.length > 0);
  const none: Sentence = { text: "Not found in this repository.", sources: [], kind: "stated" };
  writer.sentences("In its own words", answer.answer.length === 0 ? [none] : answer.answer);
  const items = answer.found.flatMap((found) => {
    const text = found.kind === "symbol" ? brief(found.key) : found.key;
    const note = [found.kind === "commit" && found.commit ? short(found.commit) : undefined, found.date, found.docs, found.path && `${found.path}:${found.line ?? 1}`].filter(Boolean).join(" · ");
    const target: Target | undefined =
      found.kind === "commit"
        ? { kind: "commit", root, hash: found.commit ?? "" }
        : found.path === undefined
          ? undefined
          : { kind: "place", root, path: found.path, line: found.line ?? 1 };
    return target === undefined ? [] : [{ text, title: found.key, note, to: writer.to(target) }];
  });
  if (items.length > 0) {
    writer.blocks.push({ kind: "list", heading: "To read on", items, isOpen: true });
  }
  const page = { title: answer.question, kicker: "answer", note: "", links: [], blocks: writer.blocks, isBusy: !stage.isDone };
  return { page, targets: writer.targets };
}

/** What is shown before anything is known. */
export function waiting(title: string): Content {
  return { page: { title, kicker: "", note: "", links: [], blocks: [], isBusy: true }, targets: [] };
}

/** What is shown where there is no answer. */
export function failed(title: string, reason: string): Content {
  return { page: { title, kicker: "", note: "", links: [], blocks: [{ kind: "note", text: reason }], isBusy: false }, targets: [] };
}

function isAwaited(stage: Stage): boolean {
  return !stage.isDone && stage.hasModel;
}

function words(writer: Writer, heading: string, said: Worded | null, isAwaited: boolean): void {
  if (said !== null) {
    const where = said.remote ? `Worded by ${said.model}, which is not on this machine` : `Worded on this machine by ${said.model}`;
    writer.sentences(heading, said.sentences, `${where}; each sentence is checked against what it cites.`, isAwaited);
  } else if (isAwaited) {
    writer.sentences(heading, [], "A model is reading the reasons…", true);
  }
}

/** How the server begins what it says where a model gave up; then comes why. */
const UNFINISHED = "No (more) wording";

/** What is missing; where that is the model, with a button that fetches it. */
function limits(writer: Writer, limits: readonly string[], mayFetch: boolean): void {
  for (const limit of limits) {
    if (limit.startsWith(UNFINISHED)) {
      writer.note(`The model did not finish${limit.slice(UNFINISHED.length)}`, { label: "Ask again", command: "backstory.askAgain" });
    } else if (!limit.includes("backstory model fetch")) {
      writer.note(limit);
    } else if (mayFetch) {
      const text = "A language model on this machine can put this in a few words. It is fetched once, if you want it.";
      writer.note(text, { label: "Fetch the model…", command: "backstory.fetchModel" });
    }
  }
}
