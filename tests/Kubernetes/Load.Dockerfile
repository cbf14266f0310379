# The buyers of these specs: benches/Load, published, on whatever the API's image stands on.
ARG API
FROM ${API}
COPY . /load
ENTRYPOINT ["dotnet", "/load/Load.dll"]
