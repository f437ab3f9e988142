# syntax=docker/dockerfile:1
# One file of JavaScript, the Node that runs it, and the C++ runtime that this needs: no shell, no package manager, not root.

FROM node:24.18.1-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN npm run -s bundle

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /src/dist/ /app/
COPY LICENSE /app/
USER 65532:65532
# Names of members that nobody answers must not take every thread: src/kube/shared-lookup.ts.
ENV UV_THREADPOOL_SIZE=16
EXPOSE 8080
# The flags are measured: docs/decisions/0014-ship-a-bundle.md.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=8", "--heap-growing-percent=40", "/app/main.mjs"]
