-- What `:Backstory` can do, as functions for mappings and other plugins. Never does: run anything when it is loaded.

local client = require("backstory.client")

local M = {}

---Shows every change of the symbol at the cursor.
function M.history()
  local server = client.of(vim.api.nvim_get_current_buf())
  if not server then
    return
  end
  client.request(server, "backstory/history", client.here(server), function(answer)
    require("backstory.timeline").show(answer)
  end)
end

---Shows what depends on the symbol at the cursor, what else to look at, and which tests reach it.
function M.impact()
  local server = client.of(vim.api.nvim_get_current_buf())
  if server then
    client.execute(server, "backstory.impact", client.here(server))
  end
end

---Explains the symbol at the cursor. The report opens at once and grows while a model words it.
---@param question? "why"|"changes"|"what"|"doc"|"file" `file` explains the whole file
function M.explain(question)
  local server = client.of(vim.api.nvim_get_current_buf())
  if not server then
    return
  end
  local subject = client.here(server) ---@type table
  if question == "file" then
    subject.position = nil
  elseif question ~= nil and question ~= "why" then
    subject.ask = question
  end
  client.execute(server, "backstory.explain", subject)
end

---Reads a question from the user where it is not given.
---@param question? string
---@param prompt string
---@param go_on fun(question: string)
local function with(question, prompt, go_on)
  if question and question ~= "" then
    return go_on(question)
  end
  vim.ui.input({ prompt = prompt }, function(typed)
    if typed and vim.trim(typed) ~= "" then
      go_on(typed)
    end
  end)
end

---Finds code, documents, commits and discussions by words and meaning.
---@param query? string
function M.search(query)
  local server = client.any(vim.api.nvim_get_current_buf())
  if server then
    with(query, "Search for: ", function(typed)
      require("backstory.search").run(server, typed)
    end)
  end
end

---Answers a question about the whole repository from what it says itself.
---@param question? string
function M.ask(question)
  local bufnr = vim.api.nvim_get_current_buf()
  local server = client.any(bufnr)
  if server then
    with(question, "Ask this repository: ", function(typed)
      local argument = { question = typed } ---@type table
      if server.attached_buffers[bufnr] then
        argument.uri = vim.uri_from_bufnr(bufnr)
      end
      client.execute(server, "backstory.ask", argument)
    end)
  end
end

---Ends what is being made: an explanation, an answer, a search.
function M.stop()
  if client.stop() == 0 then
    client.say("nothing is being made", vim.log.levels.INFO)
  end
end

---Starts the server again.
function M.restart()
  require("backstory.restart").now()
end

---Fetches the default model (100 to 150 MB, once) in a terminal, which shows how far it is.
function M.fetch()
  local program = require("backstory.binary").path()
  if vim.fn.executable(program) == 0 then
    return client.say(require("backstory.binary").missing() or "there is no program `backstory`")
  end
  vim.cmd("botright 12new")
  vim.fn.jobstart({ program, "model", "fetch" }, { term = true })
end

return M
