-- Backstory beside a Python server: what each shows and nothing twice, lenses, an action, search, impact, an answer, citations.
-- Never does: judge; tests/editors/neovim.rs compares.

local support = dofile(vim.fs.joinpath(vim.fs.dirname(vim.env.SCRIPT), "support.lua"))
support.listen()
vim.g.backstory = { lens = true }
vim.lsp.config("ty", { cmd = { vim.env.TY, "server" }, filetypes = { "python" }, root_markers = { "pyproject.toml" } })
vim.lsp.enable("ty")
support.start()
local client = support.edit("courier/billing.py")
support.wait("the other server", function()
  return vim.lsp.get_clients({ name = "ty", bufnr = 0 })[1]
end)
support.idle(client)
local file = vim.api.nvim_get_current_win()

-- A use of a name that is declared elsewhere.
support.cursor_to("attempts")
vim.fn.search("deliver(", "bc")
local function lines_of(window)
  return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
end
local function hovered()
  vim.lsp.buf.hover()
  return support.wait("a hover", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        -- It opens when all servers have answered.
        return window, #lines_of(window) > 0
      end
    end
  end)
end
local hover = hovered()
-- A hover waits for history for 50 ms; on a busy machine it takes another one.
for _ = 1, 100 do
  if not table.concat(lines_of(hover), "\n"):find("Reading history", 1, true) then
    break
  end
  vim.api.nvim_win_close(hover, true)
  vim.wait(100)
  hover = hovered()
end
support.show("hover", vim.tbl_map(function(line)
  -- It holds the path of the repository, and is not seen in the window.
  return (line:gsub("%(backstory:/deliver%.md%?[%w%%._~-]+%)", "(REPORT)"))
end, lines_of(hover)))
vim.api.nvim_win_close(hover, true)

vim.lsp.buf.definition()
support.wait("the definition", function()
  return vim.api.nvim_buf_get_name(0):match("delivery%.py$")
end)
support.show("definition", { vim.api.nvim_get_current_line(), #vim.fn.getqflist() .. " in the list of places" })

local marks = support.wait("lenses", function()
  local found = {}
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:match("codelens") then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })) do
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          if chunk[1]:match("reading") or chunk[1]:match("Unresolved") then
            return nil
          end
          table.insert(found, mark[2] + 1 .. ": " .. chunk[1])
        end
      end
    end
  end
  return #found == 2 and found
end)
support.show("lenses", marks)

-- Every action by its title; one is applied.
support.cursor_to("deliver")
local titles = {}
local actions = client:request_sync("textDocument/codeAction", {
  textDocument = { uri = vim.uri_from_bufnr(0) },
  range = { start = { line = 11, character = 5 }, ["end"] = { line = 11, character = 5 } },
  context = { diagnostics = {} },
}, 10000, 0)
for _, action in ipairs(actions.result) do
  table.insert(titles, action.title)
end
support.show("actions", titles)
vim.lsp.buf.code_action({
  context = { only = { "backstory.history" }, diagnostics = {} },
  apply = true,
})
support.wait("all changes", function()
  return vim.bo.filetype == "diff" and #support.lines() > 20
end)
support.show("all changes", {
  vim.api.nvim_buf_get_name(0),
  support.lines()[1],
  #vim.tbl_filter(function(line)
    return line:match("^commit ")
  end, support.lines()) .. " commits",
})

vim.api.nvim_set_current_win(file)
support.choose("backoff", function(lines)
  support.show("found", { lines[1], "…" })
end)
vim.cmd("Backstory search how long to wait after a failure")
support.wait("the chosen place", function()
  return vim.api.nvim_get_current_line():match("def backoff")
end)
support.show("chosen", vim.fn.expand("%:t") .. ": " .. vim.api.nvim_get_current_line())
support.choose("^commit %x+ .* jitter")
vim.cmd("Backstory search couriers came back at the same moment")
support.wait("a commit", function()
  return vim.bo.filetype == "git" and #support.lines() > 3
end)
support.show("a commit", vim.list_slice(support.lines(), 1, 10))

vim.api.nvim_set_current_win(file)
support.cursor_to("backoff")
vim.cmd("Backstory impact")
support.wait("impact", function()
  return vim.api.nvim_buf_get_name(0):match("impact") and #support.lines() > 5
end)
support.show("impact", support.lines())
vim.fn.search("billing\\.py")
support.press("<CR>")
support.show("followed to", vim.fn.expand("%") .. ":" .. vim.fn.line("."))

vim.api.nvim_set_current_win(file)
vim.cmd("Backstory ask why are refused events not sent again?")
support.wait("an answer", function()
  return vim.bo.filetype == "markdown" and support.lines()[1]:match("^# why")
end)
support.show("answer", support.lines())
vim.fn.search("(`\\x", "e")
support.press("<CR>")
support.show("its citation", vim.list_slice(support.lines(), 1, 7))

support.show("told", support.told)
support.stop()
