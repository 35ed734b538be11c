# What the services say to each other: whether it only grew, and what is written from it. Sourced by ./billing.

contracts() {
    local asked=${1:-check} test
    case $asked in
        check) test=Billing.Contracts.Tests ;;
        write) test=is_current ;;
        approve | release) test=When_a_contract_changes.Should_be_approved_as_it_is ;;
        *) die "contracts takes check, write, approve or release" ;;
    esac
    need_sdk
    mkdir -p "$DATA/log"
    [ "$asked" != check ] || need_node
    build Billing.Contracts.Tests
    BILLING_CONTRACTS=$asked run dotnet test "$ROOT/tests/Billing.Contracts.Tests/bin/Release/net10.0/Billing.Contracts.Tests.dll" \
        --nologo --filter "FullyQualifiedName~$test"
}

# What the hosts answer over HTTP: whether the documents in contracts/openapi say it, or they are written anew.
openapi() {
    local asked=${1:-check}
    case $asked in check | write) ;; *) die "openapi takes check or write" ;; esac
    need_sdk
    mkdir -p "$DATA/log" "$ROOT/contracts/openapi"
    build Billing.Documents.Tests
    BILLING_OPENAPI=$asked run dotnet test "$ROOT/tests/Billing.Documents.Tests/bin/Release/net10.0/Billing.Documents.Tests.dll" \
        --nologo --filter "FullyQualifiedName~When_the_endpoints_are_described"
}
