#!/usr/bin/env bash
# The suites of the ports that have servers behind them, also against the servers that TEST_QDRANT_URL, TEST_PGVECTOR_URL,
# TEST_REDIS_URL and TEST_NATS_URL name.
source "$(dirname "${BASH_SOURCE[0]}")/workspace.sh"
node tools/bootstrap/servers.mjs
build_all
jest_in libs/storage src/vector-index src/key-value
jest_in libs/messaging src/bus/nats-bus.test.ts src/outbox/outbox.test.ts
