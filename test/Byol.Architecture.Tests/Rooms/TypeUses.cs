using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>All types that a type uses: what it inherits, holds, takes, gives, is marked with and calls.</summary>
internal static class TypeUses
{
    /// <summary>Each use by the type and those within it, and the member that makes it.</summary>
    public static IEnumerable<(string Member, TypeReference Used)> Of(TypeDefinition type)
    {
        foreach (var used in OfDeclaration(type))
        {
            yield return ("its declaration", used);
        }
        foreach (var field in type.Fields)
        {
            foreach (var used in AndParts(field.FieldType).Concat(OfAttributes(field)))
            {
                yield return (SourceName(type, field.Name), used);
            }
        }
        foreach (var property in type.Properties)
        {
            foreach (var used in OfAttributes(property))
            {
                yield return (property.Name, used);
            }
        }
        foreach (var method in type.Methods)
        {
            foreach (var used in OfSignature(method).Concat(OfBody(method)))
            {
                yield return (SourceName(type, method.Name), used);
            }
        }
        foreach (var use in type.NestedTypes.SelectMany(Of))
        {
            yield return use;
        }
    }

    private static IEnumerable<TypeReference> OfDeclaration(TypeDefinition type) =>
        AndParts(type.BaseType)
            .Concat(type.Interfaces.SelectMany(each => AndParts(each.InterfaceType)))
            .Concat(OfAttributes(type))
            .Concat(OfConstraints(type));

    private static IEnumerable<TypeReference> OfSignature(MethodDefinition method) =>
        OfReference(method)
            .Concat(OfAttributes(method))
            .Concat(OfAttributes(method.MethodReturnType))
            .Concat(method.Parameters.SelectMany(OfAttributes))
            .Concat(OfConstraints(method));

    private static IEnumerable<TypeReference> OfBody(MethodDefinition method) => !method.HasBody ? [] :
        method.Body.Variables.SelectMany(variable => AndParts(variable.VariableType))
            .Concat(method.Body.ExceptionHandlers.SelectMany(handler => AndParts(handler.CatchType)))
            .Concat(method.Body.Instructions.SelectMany(OfInstruction));

    private static IEnumerable<TypeReference> OfInstruction(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => AndParts(type),
        FieldReference field => AndParts(field.DeclaringType).Concat(AndParts(field.FieldType)),
        MethodReference method => OfReference(method),
        CallSite site => AndParts(site.ReturnType)
            .Concat(site.Parameters.SelectMany(parameter => AndParts(parameter.ParameterType))),
        _ => [],
    };

    private static IEnumerable<TypeReference> OfReference(MethodReference method)
    {
        var arguments = method is GenericInstanceMethod generic ? generic.GenericArguments.SelectMany(AndParts) : [];
        return AndParts(method.DeclaringType)
            .Concat(AndParts(method.ReturnType))
            .Concat(method.Parameters.SelectMany(parameter => AndParts(parameter.ParameterType)))
            .Concat(arguments);
    }

    private static IEnumerable<TypeReference> OfConstraints(IGenericParameterProvider provider) =>
        provider.GenericParameters
            .SelectMany(parameter => parameter.Constraints)
            .SelectMany(constraint => AndParts(constraint.ConstraintType));

    private static IEnumerable<TypeReference> OfAttributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => AndParts(attribute.AttributeType)
            .Concat(attribute.ConstructorArguments
                .Concat(attribute.Properties.Select(property => property.Argument))
                .SelectMany(argument => AndParts(argument.Value as TypeReference))));

    /// <summary>The type itself, its generic arguments, and what arrays, pointers and modifiers are made of.</summary>
    private static IEnumerable<TypeReference> AndParts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => AndParts(generic.ElementType).Concat(
            generic.GenericArguments.SelectMany(AndParts)),
        TypeSpecification specification => AndParts(specification.ElementType),
        _ => [type],
    };

    /// <summary>Lambdas, iterators and local functions are named after the method that they stand in.</summary>
    private static string SourceName(TypeDefinition type, string member) =>
        Between(member) ?? (IsGenerated(type) ? Between(type.Name) : null) ?? member;

    private static bool IsGenerated(TypeDefinition type) => type.Name.StartsWith('<');

    private static string? Between(string name) =>
        name.IndexOf('<', StringComparison.Ordinal) is >= 0 and var start
        && name.IndexOf('>', start) is var end && end > start + 1
            ? name[(start + 1)..end]
            : null;
}
