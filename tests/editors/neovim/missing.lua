-- What is said where something is not there: the program, the server, a symbol.
-- Never does: judge; tests/editors/neovim.rs compares.

local support = dofile(vim.fs.joinpath(vim.fs.dirname(vim.env.SCRIPT), "support.lua"))
support.listen()
local function said(title)
  vim.wait(200)
  support.show(title, support.told)
  support.told = {}
end

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.cmd("runtime! plugin/backstory.lua")
vim.cmd("filetype plugin on")
vim.cmd.edit("courier/delivery.py")
vim.cmd("Backstory history")
said("not enabled")

vim.lsp.config("backstory", { cmd = { "/nowhere/backstory", "lsp" } })
vim.lsp.enable("backstory")
vim.cmd.edit("courier/queue.py")
said("no program, when a file opens")
vim.cmd("Backstory history")
said("no program, when it is asked")

vim.lsp.config("backstory", { cmd = { vim.env.BACKSTORY, "lsp" } })
local client = support.edit("courier/billing.py")
support.idle(client)
vim.cmd("new")
vim.bo.filetype = "lua"
vim.cmd("Backstory history")
said("another language")
vim.g.backstory = { lense = true, window = 3 }
vim.cmd("silent checkhealth backstory")
for _, line in ipairs(support.lines()) do
  if line:match("vim.g.backstory") or line:match("running in") or line:match("Backstory %d") then
    support.put((line:gsub("%d+%.%d+%.%d+", "VERSION")))
  end
end
support.stop()
