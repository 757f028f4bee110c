-- What `vim.g.backstory` may say; everything that the server does is set with `vim.lsp.config` instead (`:help backstory-settings`).
-- Never does: change anything.

---@class backstory.Options
---@field lens boolean whether lenses are shown and kept up to date
---@field window string the command modifiers of new windows: "" splits, "vertical" splits to the side, "tab" opens a tab page
---@field restart boolean whether a server that died is started again

---@class backstory.Option
---@field default boolean|string
---@field meaning string

local M = {}

---@type table<string, backstory.Option>
M.known = {
  lens = { default = false, meaning = "Lenses are shown, and kept up to date." },
  window = {
    default = "",
    meaning = 'Command modifiers of new windows, such as "vertical", "botright" or "tab"; "" splits, to the side where there is room.',
  },
  restart = { default = true, meaning = "A server that died is started again, three times in three minutes at most." },
}

---The options in effect. What can't be used keeps its default; `problems` says so.
---@return backstory.Options options
---@return string[] problems
function M.get()
  local said = vim.g.backstory
  local options, problems = {}, {}
  for name, option in pairs(M.known) do
    options[name] = option.default
  end
  if said ~= nil and type(said) ~= "table" then
    return options, { "vim.g.backstory must be a table" }
  end
  for name, value in vim.spairs(said or {}) do
    local option = M.known[name]
    if not option then
      table.insert(problems, ("vim.g.backstory has no `%s`"):format(name))
    elseif type(value) ~= type(option.default) then
      table.insert(problems, ("vim.g.backstory.%s must be a %s"):format(name, type(option.default)))
    else
      options[name] = value
    end
  end
  return options, problems
end

return M
