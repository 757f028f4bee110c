-- A whole commit, as git shows it: where a citation is of a commit that no symbol at hand was changed by. Never does: change anything.

local client = require("backstory.client")
local window = require("backstory.window")

local M = {}

---Shows a commit.
---@param root? string a directory of the repository; where Neovim works where it is missing
---@param hash string
function M.show(root, hash)
  local ran, task = pcall(vim.system, { "git", "-C", root or ".", "show", "--stat", "--patch", "--no-color", hash, "--" }, { text = true })
  if not ran then
    return client.say("there is no program `git` to show the commit with")
  end
  local result = task:wait(20000)
  if result.code ~= 0 then
    return client.say(("git shows no commit %s: %s"):format(hash, vim.trim(result.stderr)))
  end
  local bufnr = window.buffer(("%s/%s.diff"):format(vim.fn.tempname(), hash:sub(1, 7)), "git")
  vim.bo[bufnr].bufhidden = "wipe"
  window.fill(bufnr, vim.split((result.stdout:gsub("\n$", "")), "\n", { plain = true }))
  vim.keymap.set("n", "q", window.close, { buffer = bufnr, nowait = true, desc = "Backstory: close" })
  window.show(bufnr)
end

return M
