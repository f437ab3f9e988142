# One file of JavaScript, the Node that runs it, and the C++ runtime that this needs: no shell, no package manager, not root.
# Both bases can be replaced: BUILD_IMAGE brings Node (at /usr/local/bin/node), npm and a shell, RUNTIME_IMAGE glibc and libstdc++.
# `make image` makes them from Debian's packages where no registry is at hand.
ARG BUILD_IMAGE=docker.io/library/node:24.18.1-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# A fifth of Node is symbols for debuggers.
RUN command -v strip >/dev/null || { apt-get update && apt-get install -y --no-install-recommends binutils; }
RUN strip -o /node /usr/local/bin/node
COPY package.json package-lock.json .npmrc ./
RUN npm ci --prefer-offline
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
RUN npm run -s bundle && npm run -s sbom >/sbom.cdx.json

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="flotilla" org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /node /usr/local/bin/node
COPY --from=build /sbom.cdx.json /app/
COPY --from=build /src/dist/ /app/
COPY LICENSE /app/
USER 65532:65532
# Names of members that nobody answers must not take every thread: src/kube/shared-lookup.ts.
ENV UV_THREADPOOL_SIZE=16
EXPOSE 8080
# The flags are measured: docs/decisions/0014-ship-a-bundle.md.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=8", "--heap-growing-percent=40", "--expose-gc", "/app/main.mjs"]
