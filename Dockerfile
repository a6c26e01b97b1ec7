# The server as one image. The base is named to the patch, so that a rebuild brings the same system.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
# Packages first, from the files that decide them: this layer is kept until the lock file changes.
# The set-up runs `npm ci` and leaves the mark by which the build sees that nothing is missing.
COPY package.json package-lock.json .npmrc ./
COPY .scripts/setup.mjs .scripts/setup.mjs
RUN node --input-type=module \
  --eval "import { ensureInstalled } from './.scripts/setup.mjs'; ensureInstalled();"
COPY tsconfig.json .swcrc ./
COPY .scripts .scripts
COPY libs libs
COPY apps apps
RUN node .scripts/build.mjs && npm prune --omit=dev --loglevel=error

FROM node:20.20.2-bookworm-slim AS runtime
ENV NODE_ENV=production \
    LEDGER_DATA=/data
# A new volume takes the owner of the folder that it covers, so the folder has to be right here.
RUN mkdir /data && chown node:node /data
WORKDIR /app
# What runs belongs to root and cannot be changed by the server. Threads and pages are looked up in
# dist/, seeds beside it.
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY seeds seeds
USER node
VOLUME /data
EXPOSE 3000
# The slim image has no curl. An empty PORT means 3000, as it does for the server.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", \
    "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then( \
      (answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# HOST stays at its default, this machine only: whoever starts the image has to say that the network
# around it may be trusted (docker-compose.yml does).
CMD ["node", "dist/apps/api/src/main.js"]
