// Adds a button to every password field that shows or hides the password, and tells the server in which time zone the
// person trains. Without it the page works as well, with times in UTC.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const knows = () => /(^|; )tz=/.test(document.cookie);
const tell = () => {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (zone) document.cookie = `tz=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
};

// Only who trains is asked: looking around leaves no cookie.
addEventListener("submit", ({ target }) => {
  if (new URL(target.action).pathname.startsWith("/api/workouts/")) tell();
});

// A sheet with times in another zone, because the server did not know better, is asked for once more.
const said = document.querySelector("input[name=zone]");
if (said && said.value !== zone && !knows()) {
  tell();
  if (knows()) location.reload();
}

for (const input of document.querySelectorAll(".password > input")) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", input.id);
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", shown);
  };
  show(false);
  button.addEventListener("click", () => show(input.type === "password"));
  // Sent as a password, so that no browser offers it as text later.
  input.form.addEventListener("submit", () => show(false));
  input.after(button);
}
