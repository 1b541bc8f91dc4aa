# The page behind a small static server, for clusters whose gateway does not serve it itself:
#   docker build -f docker/web.Dockerfile -t voiceassist/web .
# Behind a proxy that opens TLS: --secret id=ca,src=/path/to/authority.pem. Described in docs/operations/images.md.
# Bases stand in lines of their own, where Dependabot finds them; the arguments put others in their place.
ARG NODE_BASE=node-base
ARG CADDY_BASE=caddy-base
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS node-base
FROM caddy:2.11.4-alpine@sha256:5f5c8640aae01df9654968d946d8f1a56c497f1dd5c5cda4cf95ab7c14d58648 AS caddy-base

# The next two stages are those of docker/Dockerfile word for word, so that both share what the cache holds.
FROM ${NODE_BASE} AS manifests
WORKDIR /source
COPY . .
RUN mkdir /manifests && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json libs/services/*/package.json tools/package.json /manifests

FROM ${NODE_BASE} AS dependencies
WORKDIR /app
COPY --from=manifests /manifests ./
RUN --mount=type=cache,id=voiceassist-npm,target=/root/.npm --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca npm_config_cafile=/run/secrets/ca; fi; \
    npm ci --prefer-offline --no-progress --loglevel=error

FROM dependencies AS page
ENV PATH=/app/node_modules/.bin:$PATH
COPY tsconfig.base.json ./
COPY apps/web apps/web
COPY libs libs
RUN cd apps/web && node ../../node_modules/vite/bin/vite.js build --logLevel warn

# A plain copy leaves behind the file capability of the original (ports below 1024), with which the program
# would not start where all capabilities are dropped.
FROM ${CADDY_BASE} AS server
RUN cp /usr/bin/caddy /caddy

FROM ${CADDY_BASE} AS runtime
COPY --from=server /caddy /usr/bin/caddy
COPY docker/web.Caddyfile /etc/caddy/Caddyfile
COPY --from=page /app/apps/web/dist /srv/page
ENV PORT=8080 XDG_CONFIG_HOME=/tmp XDG_DATA_HOME=/tmp
ARG VERSION=0.0.0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="voiceassist-web" \
      org.opencontainers.image.description="VoiceAssist, a self-hosted medical assistant: the page" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD wget -q -O /dev/null "http://127.0.0.1:${PORT}/health"
ENTRYPOINT ["/usr/bin/caddy"]
CMD ["run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
