using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Data.SqlClient;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>No package that SqlClient needs at run time is missing: a missing one shows only when a method that uses it is compiled.</summary>
public sealed class When_every_method_of_SqlClient_is_compiled
{
    [Fact]
    public void Should_find_every_package_that_it_needs()
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
        Assert.Empty(failures);
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
            .Where(method =>
                !method.IsAbstract && !method.ContainsGenericParameters && (method.GetMethodImplementationFlags() & MethodImplAttributes.InternalCall) == 0);
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
