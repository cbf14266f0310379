# Silo and API as images: `--target silo` and `--target api`; scripts/images builds both. The base images and the published programs can be replaced, so that the images can be built without a registry.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
# This base has neither a shell nor a package manager. Its tag moves with each patch of the runtime: build with --pull to get the fixes.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
# The image or stage that holds the programs in /silo and /api, and an empty /data.
ARG PUBLISHED=build

# The SDK runs on the processor of the building machine, and compiles for that of the image.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
# No default: it would override the processor that was asked for.
ARG TARGETARCH
WORKDIR /source
# These files decide which packages are restored. They are copied first, so that packages are fetched again only when one of them changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Process.props src/
COPY src/Grains.Interfaces/Grains.Interfaces.csproj src/Grains.Interfaces/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Orleans.Persistence.GroupCommit/Orleans.Persistence.GroupCommit.csproj src/Orleans.Persistence.GroupCommit/
COPY src/Orleans.Streams.RabbitMQ/Orleans.Streams.RabbitMQ.csproj src/Orleans.Streams.RabbitMQ/
COPY src/Hosting/Hosting.csproj src/Hosting/
COPY src/Silo/Silo.csproj src/Silo/
COPY src/WebApi/WebApi.csproj src/WebApi/
RUN for program in Silo WebApi; do dotnet restore src/$program -a $TARGETARCH -p:PublishReadyToRun=true || exit 1; done
COPY . .
# Compiled ahead of time (ADR 0018). No executable is made beside the libraries: the entry point is dotnet.
RUN for program in Silo WebApi; do \
        dotnet publish src/$program -c Release -a $TARGETARCH --no-restore --self-contained false --nologo \
            -p:PublishReadyToRun=true -p:UseAppHost=false -p:PublishDocumentationFiles=false -o /published/$program || exit 1; \
    done && mv /published/Silo /silo && mv /published/WebApi /api && mkdir /data

FROM ${PUBLISHED} AS published

FROM ${RUNTIME_IMAGE} AS runtime
WORKDIR /app
# A process writes to /tmp only. The diagnostic port is off: it would be a socket there through which the process can be controlled.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_RUNNING_IN_CONTAINER=true \
    TMPDIR=/tmp
ARG VERSION=0.0.0 REVISION= CREATED= SOURCE=
LABEL org.opencontainers.image.version=${VERSION} \
      org.opencontainers.image.revision=${REVISION} \
      org.opencontainers.image.created=${CREATED} \
      org.opencontainers.image.source=${SOURCE}

FROM runtime AS silo
LABEL org.opencontainers.image.title="Orleans.Shop silo" \
      org.opencontainers.image.description="Orders, stock and payments on Orleans: a silo of a cluster, and the command that upgrades its database."
# Owned by root, so that the user that runs the program cannot change it.
COPY --from=published --chown=0:0 /silo /app
# A silo serves only health, metrics and the dashboard over HTTP.
ENV ASPNETCORE_URLS=http://+:8081
EXPOSE 8081 11111 30000
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/Shop.Silo.dll"]

FROM runtime AS api
LABEL org.opencontainers.image.title="Orleans.Shop API" \
      org.opencontainers.image.description="A shop over HTTP: all of it in one process, or as a client of silos."
COPY --from=published --chown=0:0 /api /app
COPY --from=published --chown=1654:1654 /data /data
ENV ASPNETCORE_URLS=http://+:8080 \
    Shop__ManagementUrls=http://+:8081 \
    Shop__DataDirectory=/data
EXPOSE 8080 8081
# A shop in one process keeps its database here.
VOLUME /data
USER 1654:1654
ENTRYPOINT ["dotnet", "/app/Shop.WebApi.dll"]
