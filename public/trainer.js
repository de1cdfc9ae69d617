// Adds a button to every password field that shows or hides the password. Without it the page works as well.

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
