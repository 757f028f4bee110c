// Runs pyright beside Backstory in the tests, under the name that people's own has. Never does: anything else.

const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

exports.activate = (context) => {
  const module = process.env.PYRIGHT_SERVER;
  const options = { documentSelector: [{ scheme: "file", language: "python" }], outputChannelName: "Pyright" };
  const client = new LanguageClient("pyright", "Pyright", { module, transport: TransportKind.ipc }, options);
  context.subscriptions.push(client);
  return client.start();
};
