using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence.Bulk;

/// <summary>Reads <c>x => x.A</c> and <c>x => new { x.A, x.Price.Amount }</c> as columns of a table.</summary>
static class ColumnSelection
{
    public static IReadOnlyList<BulkColumn> Select<T, TValue>(this BulkTable table, Expression<Func<T, TValue>> expression)
    {
        var members = Strip(expression.Body) switch
        {
            NewExpression tuple => tuple.Arguments,
            NewArrayExpression list => list.Expressions,
            var single => (IReadOnlyList<Expression>)[single],
        };
        var columns = members.SelectMany(member => Resolve(table, expression, Strip(member))).Distinct().ToArray();
        return columns.Length > 0 ? columns : throw NotAColumn(expression);
    }

    static IEnumerable<BulkColumn> Resolve(BulkTable table, LambdaExpression whole, Expression member)
    {
        var path = new Stack<string>();
        for (; member is MemberExpression access; member = Strip(access.Expression!))
            path.Push(access.Member.Name);
        if (member is not ParameterExpression || path.Count == 0)
            throw NotAColumn(whole);

        ITypeBase type = table.Entity;
        while (path.Count > 0)
        {
            var name = path.Pop();
            if (type.FindProperty(name) is { } property)
                return path.Count == 0 ? [table.ColumnOf(property)] : throw NotAColumn(whole);
            type = type.FindComplexProperty(name)?.ComplexType ?? throw NotAColumn(whole);
        }

        // a complex property by itself names all its columns
        return type.GetFlattenedProperties().Select(table.ColumnOf);
    }

    static Expression Strip(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert } cast ? Strip(cast.Operand) : expression;

    static ArgumentException NotAColumn(LambdaExpression expression) =>
        new($"{expression} names no columns; write x => x.Column or x => new {{ x.One, x.Other }}.");
}
