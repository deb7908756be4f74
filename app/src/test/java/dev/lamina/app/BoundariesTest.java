package dev.lamina.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of CONTRIBUTING.md that the compiler does not know.
class BoundariesTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("/jmh_generated/"))
                    .withImportOption(location -> !location.contains("/dev/lamina/wire/proto/"))
                    .importPackages("dev.lamina");

    /// A module and those that may use it.
    private record Module(String name, List<String> users) {
        Module(String name, String... users) {
            this(name, List.of(users));
        }
    }

    private static final List<Module> MODULES =
            List.of(
                    new Module(
                            "base", "nn", "radio", "wire", "data", "edge", "cell", "csi", "lam",
                            "train", "air", "fed", "serve", "media", "gateway", "bench", "app"),
                    new Module(
                            "nn", "wire", "csi", "lam", "train", "air", "fed", "serve", "media",
                            "gateway", "bench", "app"),
                    new Module("radio", "cell", "csi", "air", "fed", "bench", "app"),
                    new Module("csi", "air", "bench", "app"),
                    new Module("air", "fed", "bench", "app"),
                    new Module("fed", "app"),
                    new Module("wire", "train", "fed", "gateway", "bench", "app"),
                    new Module("data", "train", "bench", "app"),
                    new Module("edge", "train", "bench", "app"),
                    new Module("cell", "train", "bench", "app"),
                    new Module("lam", "train", "air", "serve", "bench", "app"),
                    new Module("serve", "media", "gateway", "bench", "app"),
                    new Module("media", "gateway", "bench", "app"),
                    new Module("gateway", "bench", "app"),
                    new Module("train", "bench", "app"),
                    new Module("bench", "app"),
                    new Module("app"));

    private static LayeredArchitecture layers(List<Module> declared) {
        LayeredArchitecture modules = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (Module module : declared) {
            modules = modules.optionalLayer(module.name()).definedBy("dev.lamina." + module.name());
        }
        for (Module module : declared) {
            modules =
                    module.users().isEmpty()
                            ? modules.whereLayer(module.name()).mayNotBeAccessedByAnyLayer()
                            : modules.whereLayer(module.name())
                                    .mayOnlyBeAccessedByLayers(
                                            module.users().toArray(String[]::new));
        }
        return modules;
    }

    static List<ArchRule> rules() {
        return List.of(
                layers(MODULES).as("modules use only modules below them"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.lamina.base")
                        .should()
                        .callConstructor(SplittableRandom.class, long.class)
                        .as("only Seeds makes generators"),
                noClasses()
                        .should()
                        .callConstructor(SplittableRandom.class)
                        .orShould()
                        .callConstructor(Random.class)
                        .orShould()
                        .callConstructor(Random.class, long.class)
                        .orShould()
                        .callMethod(Math.class, "random")
                        .orShould()
                        .dependOnClassesThat()
                        .areAssignableTo(ThreadLocalRandom.class)
                        .as("randomness comes from Seeds"),
                noClasses()
                        .that()
                        .doNotHaveFullyQualifiedName(Main.class.getName())
                        .should()
                        .callMethod(System.class, "exit", int.class)
                        .as("only Main ends the process"),
                noClasses()
                        .that()
                        .resideOutsideOfPackage("dev.lamina.app")
                        .should()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err")
                        .as("only the command line prints"),
                noClasses()
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                "javax.inject..",
                                "jakarta.inject..",
                                "org.springframework..",
                                "lombok..")
                        .as("constructors take what they need: no injection, no Lombok"),
                fields().that()
                        .areStatic()
                        .and()
                        .areDeclaredInClassesThat(written())
                        .should()
                        .beFinal()
                        .as("no static mutable state"));
    }

    /// Not made by the compiler: `$SwitchMap$` classes and the like.
    private static DescribedPredicate<JavaClass> written() {
        return DescribedPredicate.describe(
                "are written by hand",
                type -> !type.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    @ParameterizedTest
    @MethodSource
    void rules(ArchRule rule) {
        rule.check(CLASSES);
    }

    /// A module is one flat package, and all modules are known to the rule above.
    @Test
    void packagesAreModules() {
        Set<String> packages =
                CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
        assertThat(packages)
                .isSubsetOf(MODULES.stream().map(module -> "dev.lamina." + module.name()).toList())
                .contains("dev.lamina.base", "dev.lamina.train", "dev.lamina.app");
    }

    @Test
    void everyPackageIsNullMarked() {
        for (JavaClass type : CLASSES) {
            assertThat(type.getPackage().isAnnotatedWith(org.jspecify.annotations.NullMarked.class))
                    .as(type.getPackageName())
                    .isTrue();
        }
    }

    /// The rules do find what they are for: each is broken by a class of this test.
    @ParameterizedTest
    @MethodSource("broken")
    void rulesFail(String rule, Class<?> offender) {
        JavaClasses classes = new ClassFileImporter().importClasses(offender);
        ArchRule found =
                rules().stream()
                        .filter(r -> r.getDescription().contains(rule))
                        .findFirst()
                        .orElseThrow();
        assertThatThrownBy(() -> found.check(classes)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aDependencyUpwardIsFound() {
        List<Module> upsideDown = List.of(new Module("train"), new Module("app", "train"));
        assertThatThrownBy(() -> layers(upsideDown).check(CLASSES))
                .isInstanceOf(AssertionError.class);
    }

    static List<Arguments> broken() {
        return List.of(
                Arguments.of("randomness", Offender.class),
                Arguments.of("only Seeds", Offender.class),
                Arguments.of("ends the process", Offender.class),
                Arguments.of("static mutable", Offender.class));
    }

    /// Breaks rules.
    @SuppressWarnings("unused")
    static final class Offender {
        static int count;

        double draw() {
            return Math.random() + new SplittableRandom(1).nextDouble();
        }

        void leave() {
            System.exit(1);
        }
    }
}
