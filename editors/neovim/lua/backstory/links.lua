-- Links and citations in documents of the server. Targets are taken out of the text, where they would be hundreds of columns wide, and
-- kept beside it. Never does: open one.

---@class backstory.Link
---@field row integer 0-based
---@field first integer 0-based byte column of the first character
---@field last integer 0-based byte column after the last character
---@field text string without backticks
---@field target string

local M = {}

local PATTERN = "%[([^%[%]]+)%]%((%a[%w+.-]*:[^%s()]+)%)"

---Takes the targets out of Markdown.
---@param lines string[]
---@return string[] lines
---@return backstory.Link[] links
function M.take(lines)
  local kept, links = {}, {}
  for row, line in ipairs(lines) do
    local text, from = "", 1
    while true do
      local first, last, label, target = line:find(PATTERN, from)
      if not first then
        break
      end
      text = text .. line:sub(from, first - 1)
      table.insert(links, {
        row = row - 1,
        first = #text,
        last = #text + #label,
        text = (label:gsub("`", "")),
        target = target,
      })
      text = text .. label
      from = last + 1
    end
    kept[row] = text .. line:sub(from)
  end
  return kept, links
end

---Where backslashes stand that keep Markdown from taking a character for markup; none of them is in code.
---@param line string
---@return integer[] columns 0-based
function M.escapes(line)
  local columns, in_code, at = {}, false, 1
  while at <= #line do
    local character = line:sub(at, at)
    if character == "`" then
      in_code = not in_code
    elseif character == "\\" and not in_code and line:sub(at + 1, at + 1):match("%p") then
      table.insert(columns, at - 1)
      at = at + 1
    end
    at = at + 1
  end
  return columns
end

---@class backstory.Citation
---@field target? string a URI
---@field path? string relative to the root of the repository
---@field line? integer 1-based
---@field commit? string the hash of a commit that the document has no link for

---The word at a column, of the characters that hashes and places are written with.
---@param line string
---@param column integer 0-based
---@return string
local function word(line, column)
  local from = 1
  while true do
    local first, last = line:find("[%w_./@:%-]+", from)
    if not first or first > column + 1 then
      return ""
    end
    if last >= column + 1 then
      return line:sub(first, last)
    end
    from = last + 1
  end
end

---What is cited at a position: a link, the hash of a commit that the document links to elsewhere, or a line of a file.
---@param links backstory.Link[]
---@param line string
---@param row integer 0-based
---@param column integer 0-based
---@return backstory.Citation?
function M.at(links, line, row, column)
  for _, link in ipairs(links) do
    if link.row == row and link.first <= column and column < link.last then
      return { target = link.target }
    end
  end
  local cited = word(line, column)
  local path, number = cited:match("^(.-):(%d+)")
  if path and path ~= "" then
    return { path = path, line = tonumber(number) }
  end
  if cited:match("^%x%x%x%x%x%x%x+$") then
    for _, link in ipairs(links) do
      if vim.startswith(link.text, cited) or vim.startswith(cited, link.text) then
        return { target = link.target }
      end
    end
    return { commit = cited }
  end
end

return M
