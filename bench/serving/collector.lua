-- wrk's side of the collector's benchmark: BATCH events a request, each with a message id of its own.
local batch = tonumber(os.getenv("BATCH"))
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

local event = [[{"type":"track","event":"Product Viewed","messageId":"%s","anonymousId":"5f2c81a0-6f0e-4b8e-9d55-%012d",]]
  .. [["timestamp":"2026-03-01T10:15:00.000Z","context":{"page":{"url":"https://shop.example/p/blue-mug?utm_source=mail",]]
  .. [["path":"/p/blue-mug","title":"Blue mug"},"library":{"name":"analytics.js","version":"2.11.1"}},]]
  .. [["properties":{"product_id":"P%05d","price":12.5,"currency":"GBP","quantity":1,"list_id":"home","position":3}}]]

function init()
  request_number = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "text/plain"
  wrk.headers["Authorization"] = "Basic YmVuY2g6" -- bench:
end

function request()
  request_number = request_number + 1
  local prefix = id .. "-" .. request_number .. "-"
  if batch == 1 then
    return wrk.format(nil, "/v1/t", nil, event:format(prefix, request_number % 100000, request_number % 50000))
  end
  local events = {}
  for number = 1, batch do
    events[number] = event:format(prefix .. number, request_number % 100000, (request_number + number) % 50000)
  end
  local body = '{"sentAt":"2026-03-01T10:15:01.000Z","batch":[' .. table.concat(events, ",") .. "]}"
  return wrk.format(nil, "/v1/batch", nil, body)
end

function done(summary, latency)
  io.write(string.format(
    '\nFOUND {"requests": %d, "seconds": %.3f, "refused": %d, "broken": %d, "p50_ms": %.3f, "p99_5_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99.5) / 1000
  ))
end
