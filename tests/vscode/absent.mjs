// Where the program is not there: what is said, and what is offered.

export const options = () => ({ program: "/nowhere/backstory" });

export async function run(editor, { show }) {
  await editor.go("postroom/outbox.py", 17, 9);
  const toast = editor.page.locator(".notification-toast");
  await toast.waitFor();
  show("notifications", await editor.notifications());
  show("its buttons", await toast.locator(".monaco-button").allInnerTexts());
  show("status", await editor.statusText());
  await toast.locator(".monaco-button", { hasText: "How to install it" }).click();
  await editor.page.locator(".gettingStartedContainer .step-title, .gettingStarted .step-title").first().waitFor();
  const titles = await editor.page.locator(".gettingStartedContainer .step-title, .gettingStarted .step-title").allInnerTexts();
  show("what the walkthrough shows", titles.map((title) => title.trim()));
}
