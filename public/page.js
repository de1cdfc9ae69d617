// Shows passwords, leaves when the session ends.

// slim: trainer
// Tells the time zone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
// Others on this host may have a cookie of that name.
const knows = () => document.cookie.split("; ").includes(`tz=${zone}`);
const tell = () => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (zone) document.cookie = `tz=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
};

// Only who trains is asked: looking around leaves no cookie.
addEventListener("submit", ({ target }) => {
  if (new URL(target.action).pathname.startsWith("/api/workouts/")) tell();
});

// A sheet in another zone: once more.
const said = document.querySelector("input[name=zone]");
if (said && said.value !== zone && !knows()) {
  tell();
  if (knows()) location.reload();
}
// slim: end

for (const input of document.querySelectorAll(".password > input")) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", input.id);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.ariaPressed = shown;
  };
  show(false);
  button.onclick = () => show(input.type === "password");
  // No browser shall offer it as text later.
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
}

const { events } = document.documentElement.dataset;
if (events) {
  const tabs = () => new BroadcastChannel(events);
  const leave = (query) => tabs().postMessage(query);
  let told;
  let delay = 0;
  // Who logs out goes where that leads.
  addEventListener("beforeunload", () => (delay = 5e3));
  tabs().onmessage = ({ data }) => setTimeout(() => location.replace("/login" + data), delay, (told = 1));

  const listen = () =>
    new Promise((done) => {
      // The lock may come while this page is being left.
      if (told) return;
      let timer;
      const source = new EventSource(events);
      onpagehide = () => done(source.close(), clearTimeout(timer));
      source.addEventListener("ended", ({ data }) => leave(`?${data}=true`, source.close()));
      source.onerror = () => {
        // It tries again by itself, unless it was refused. Why is asked later: a new cookie may be on its way, or a new page.
        if (source.readyState < 2) return;
        timer = setTimeout(async () => {
          const { status } = await fetch(events, { method: "HEAD" }).catch(() => 0);
          status === 401 ? leave("") : done(listen());
        }, 5e3);
      };
    });
  // One tab listens for all. Over plain http a browser has neither the lock nor connections enough for each.
  onpageshow = () => navigator.locks?.request(events, listen);
}
