-- Defines `:Backstory`, the `<Plug>` mappings and how documents of the server are read, when Neovim starts.
-- Never does: start the server (that is `vim.lsp.enable("backstory")`), map a key, or load the rest of the plugin before it is used.

if vim.g.loaded_backstory then
  return
end
vim.g.loaded_backstory = true

if vim.fn.has("nvim-0.11") == 0 then
  vim.notify_once("Backstory needs Neovim 0.11 or newer", vim.log.levels.WARN)
  return
end

vim.api.nvim_create_user_command("Backstory", function(call)
  require("backstory.command").run(call)
end, {
  nargs = "*",
  desc = "Why code is as it is: history, impact, search, explanations and answers",
  complete = function(lead, line)
    return require("backstory.command").complete(lead, line)
  end,
})

for _, name in ipairs({ "history", "impact", "search", "explain", "ask" }) do
  vim.keymap.set("n", ("<Plug>(backstory-%s)"):format(name), function()
    require("backstory")[name]()
  end, { desc = ("Backstory: %s"):format(name) })
end

local group = vim.api.nvim_create_augroup("backstory", {})

vim.api.nvim_create_autocmd("BufReadCmd", {
  group = group,
  pattern = "backstory:/*",
  desc = "Reads a document of the Backstory server",
  callback = function(event)
    require("backstory.document").read(event.buf, event.match)
  end,
})

-- Neovim only logs that a server's program is not there, so nothing at all would happen.
vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = { "rust", "python" },
  desc = "Tells once that the program backstory is missing",
  callback = vim.schedule_wrap(function()
    if vim.lsp.is_enabled("backstory") then
      local missing = require("backstory.binary").missing()
      if missing then
        vim.notify_once(missing, vim.log.levels.WARN)
      end
    end
  end),
})
