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
