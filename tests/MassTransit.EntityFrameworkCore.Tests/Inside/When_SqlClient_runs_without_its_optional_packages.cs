using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Data.SqlClient;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>
/// Some of SqlClient's packages are left out because not every registry has them. Compiling every method shows which features
/// that costs: signing in through Entra ID and attesting enclaves, and nothing that a plain connection uses.
/// </summary>
public sealed class When_SqlClient_runs_without_its_optional_packages
{
    static readonly string[] LeftOut = ["Azure.", "Microsoft.Identity", "System.IdentityModel", "Microsoft.IdentityModel"];

    [Fact]
    public void Should_compile_everything_but_Entra_sign_in_and_enclaves()
    {
        var failures = new List<string>();
        var compiled = 0;
        foreach (var type in TypesOf(typeof(SqlConnection).Assembly).Where(type => !type.ContainsGenericParameters))
            foreach (var method in MethodsOf(type))
                if (Missing(method) is { } missing)
                    failures.Add($"{type.FullName}.{method.Name}: {missing}");
                else
                    compiled++;

        Assert.True(compiled > 5000, $"only {compiled} methods were compiled");
        Assert.DoesNotContain(failures, failure => failure.Contains("Microsoft.SqlServer.Server", StringComparison.Ordinal));
        Assert.All(failures, failure => Assert.Contains(LeftOut, name => failure.Contains(name, StringComparison.Ordinal)));
        Assert.DoesNotContain(failures, failure => failure.Contains("TDSExecuteRPC", StringComparison.Ordinal) || failure.Contains("SqlBulkCopy", StringComparison.Ordinal));
        Assert.InRange(failures.Count, 0, 40);
    }

    static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }

    static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return type.GetMethods(declared).Cast<MethodBase>().Concat(type.GetConstructors(declared))
            .Where(method => !method.IsAbstract && !method.ContainsGenericParameters && (method.GetMethodImplementationFlags() & MethodImplAttributes.InternalCall) == 0);
    }

    static string? Missing(MethodBase method)
    {
        try
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            return null;
        }
        catch (FileNotFoundException exception)
        {
            return exception.FileName;
        }
        catch (PlatformNotSupportedException)
        {
            return null; // a call into the operating system has nothing to compile
        }
        catch (TypeLoadException exception)
        {
            return exception.Message;
        }
    }
}
