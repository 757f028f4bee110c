-- `:Backstory explain` with whatever model there is: the report grows while it is worded; a citation leads to the change.
-- Never does: judge; tests/editors/neovim.rs compares.

local support = dofile(vim.fs.joinpath(vim.fs.dirname(vim.env.SCRIPT), "support.lua"))
support.listen()
support.start()
local client = support.edit("courier/delivery.py")
support.idle(client)
support.cursor_to("deliver")

-- What is on the screen each time that it changes.
local seen = {}
vim.api.nvim_create_autocmd("FileType", {
  pattern = "markdown",
  once = true,
  callback = function(event)
    vim.api.nvim_buf_attach(event.buf, false, {
      on_lines = function(_, bufnr)
        local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), "\n")
        local short = text:match("## In short\n(.-)\n## ")
        local words = short and select(2, short:gsub("\n%- ", "")) or 0
        local stage = text:match("## Why") and ("facts" .. (short and (", %d worded"):format(words) or "")) or "nothing"
        if seen[#seen] ~= stage then
          table.insert(seen, stage)
        end
      end,
    })
  end,
})
vim.cmd("Backstory explain")
support.wait("the report", function()
  return vim.bo.filetype == "markdown" and vim.fn.search("^## History", "nw") > 0
end)
support.wait("its end", function()
  return vim.fn.search("Worded by", "nw") > 0 or vim.fn.search("backstory model fetch", "nw") > 0
end)
support.show("stages", seen)
support.show("report", support.lines())

-- A hash among the sentences is no link of its own; the table of changes has one.
vim.fn.cursor(1, 1)
vim.fn.search("^## Why")
vim.fn.search("(`\\x\\{7}", "e")
support.press("<CR>")
support.wait("the change", function()
  return vim.bo.filetype == "diff" and #support.lines() > 3
end)
support.show("followed to", vim.api.nvim_buf_get_name(0):match("[^/]+$"))
support.show("told", support.told)
support.stop()
