# Short names of Maven calls. The formatter runs inside Maven and needs it on JDK 25, hence JAVA_HOME.
MVN = JAVA_HOME="$$(bash .mvn/jdk25.sh)" ./mvnw -q -B

.PHONY: build test fmt check bench

build: ## compile and package
	$(MVN) -DskipTests package
test: ## the fast tests
	$(MVN) test
fmt: ## format the sources
	$(MVN) spotless:apply
check: ## everything that must pass before a commit is shared: format, fast tests, integration tests
	$(MVN) verify
bench: ## the side-by-side benchmark of one step, then JMH
	./lamina bench step
	$(MVN) -DskipTests package
	"$$(bash .mvn/jdk25.sh)"/bin/java -cp "app/target/lamina-app.jar:$$(cat app/target/classpath)" org.openjdk.jmh.Main
