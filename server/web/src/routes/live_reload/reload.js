// Under `cargo dev`: reloads the page when another server is there, swaps the style sheet when only that has changed, and
// shows what the compiler says. Every event holds the whole status, so nothing is lost while nobody listens.

// The server that rendered this page.
const start = new URL(import.meta.url).searchParams.get("start");
let events;
let style;
let error;
let overlay;

const update = (status) => {
  if (status.start !== start) {
    location.reload();
    return;
  }
  if (status.style && status.style !== style) swap(status.style);
  // Closed by hand, a message does not come back.
  if (status.error !== error) show(status.error);
  ({ style, error } = status);
};

// The old sheet stays until the new one is there: no moment without one.
const swap = (href) => {
  const old = [...document.querySelectorAll("link[rel=stylesheet]")];
  const link = old[0].cloneNode();
  link.href = href;
  link.addEventListener("load", () => old.forEach((sheet) => sheet.remove()));
  old.at(-1).after(link);
};

// In a shadow tree, out of reach of the site's style sheet. Built by script throughout: the policy allows no inline styles.
const show = (message) => {
  overlay?.remove();
  overlay = undefined;
  if (!message) return;
  overlay = document.createElement("div");
  const root = overlay.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    dialog { width: 90vw; max-width: 70rem; max-height: 85vh; box-sizing: border-box; padding: 1rem; border: 2px solid #c33;
      border-radius: .5rem; background: #1c1c1c; color: #eee; overflow: auto; }
    dialog::backdrop { background: #0008; }
    h1 { margin: 0 0 1rem; font: bold 1rem system-ui; }
    pre { font: .85rem/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
    button { float: right; font: 1rem system-ui; }
  `);
  root.adoptedStyleSheets = [sheet];
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const dialog = element("dialog");
  const close = element("button", "Close");
  close.addEventListener("click", () => dialog.close());
  const heading = element("h1", "This page is older than the sources, which do not build:");
  dialog.append(close, heading, element("pre", message));
  root.append(dialog);
  document.body.append(overlay);
  dialog.showModal();
};

const listen = () => {
  events?.close();
  if (document.hidden) return;
  events = new EventSource("/dev/events");
  events.addEventListener("message", ({ data }) => update(JSON.parse(data)));
};

// A browser opens few connections to a server: tabs that nobody sees leave theirs to others.
document.addEventListener("visibilitychange", listen);
listen();
