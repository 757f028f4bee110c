-- `:Backstory history`: the timeline, its filter, what a commit did, and the two texts side by side.
-- Never does: judge; tests/editors/neovim.rs compares.

local support = dofile(vim.fs.joinpath(vim.fs.dirname(vim.env.SCRIPT), "support.lua"))
support.listen()
support.start()
local client = support.edit("courier/delivery.py")
support.idle(client)

support.cursor_to("deliver")
vim.cmd("Backstory history")
support.wait("the timeline", function()
  return vim.bo.filetype == "backstory-history"
end)
support.show("timeline", support.lines())
support.show("cursor", vim.api.nvim_get_current_line())

support.press("a")
support.show("with everything", vim.tbl_filter(function(line)
  return line:match("docs")
end, support.lines()))

support.choose("signature", function(lines)
  support.show("kinds", lines)
end)
support.press("f")
support.show("only signatures", support.lines())

support.choose("any")
support.press("f")
support.press("gg")
support.press("]]")
support.press("]]")
local timeline = vim.api.nvim_get_current_buf()
support.press("<CR>")
support.wait("what the commit did", function()
  return vim.bo.filetype == "diff" and #support.lines() > 3
end)
support.show("what the commit did", support.lines())
support.show("name", vim.api.nvim_buf_get_name(0))

vim.api.nvim_win_set_buf(0, timeline)
support.press("d")
support.wait("two texts", function()
  return #vim.api.nvim_list_tabpages() == 2
end)
for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
  vim.api.nvim_set_current_win(window)
  support.show(vim.wo.winbar, support.lines())
  support.put((vim.wo.diff and "(compared) " or "(not compared) ") .. vim.bo.filetype)
end
support.press("q")
support.show("tab pages", tostring(#vim.api.nvim_list_tabpages()))

vim.cmd("wincmd p")
vim.cmd("edit! courier/__init__.py")
vim.fn.cursor(1, 1)
vim.bo.filetype = "python"
vim.cmd("Backstory histroy")
vim.cmd("Backstory explain everything")
vim.cmd("Backstory stop")
support.show("told", support.told)
support.show("completed", {
  table.concat(vim.fn.getcompletion("Backstory ", "cmdline"), " "),
  table.concat(vim.fn.getcompletion("Backstory explain ", "cmdline"), " "),
})
support.stop()
