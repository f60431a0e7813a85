// For the type check of the scripts in static/entry (deno.json). The templates decide which elements a page has, so the
// type of what a selector finds is not known.
interface ParentNode {
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}
interface Document {
  getElementById(id: string): any;
}

// The service worker of the roll call.
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
declare function addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
declare function skipWaiting(): Promise<void>;
