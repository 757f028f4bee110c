// What the extension sends to the page of the panel, and what the page sends back. Never does: anything.

export interface Cite {
  readonly text: string;
  /** Which target a click leads to. */
  readonly to: number;
}

export type Block =
  | {
      readonly kind: "sentences";
      readonly heading: string;
      readonly items: readonly { readonly text: string; readonly cites: readonly Cite[] }[];
      readonly caption?: string;
      /** More sentences may come. */
      readonly isGrowing: boolean;
    }
  | {
      readonly kind: "list";
      readonly heading: string;
      readonly items: readonly { readonly text: string; readonly title: string; readonly note: string; readonly to: number }[];
      readonly isOpen: boolean;
    }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "note"; readonly text: string; readonly button?: { readonly label: string; readonly to: number } };

export interface Page {
  readonly title: string;
  /** What kind of thing it is about. */
  readonly kicker: string;
  readonly note: string;
  readonly links: readonly Cite[];
  readonly blocks: readonly Block[];
  readonly isBusy: boolean;
}

export type ToPage = { readonly kind: "page"; readonly page: Page; readonly number: number };

/** The page is ready, or somebody clicked: which target, of which page. */
export type FromPage = { readonly kind: "ready" } | { readonly kind: "open"; readonly to: number; readonly number: number };
