package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.serve.Placement.Capacity;
import dev.lamina.serve.Placement.Demand;
import dev.lamina.serve.ServeException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Places services on nodes, and takes each call to a replica ([A] III-B, orchestration): to the
/// one that is expected to answer first, and to another one when a node is lost, so that the caller
/// does not notice. Services compute and remember nothing of a request, so that asking again is
/// safe.
///
/// Versions are replaced and state is migrated without a failed call: the new place is ready before
/// calls go there, and the old one answers what it has taken.
public final class Orchestrator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Orchestrator.class);
    private static final long PAUSE_MILLIS = 20;

    private final ServiceKinds kinds;
    private final Config config;
    private final OrchestratorListener listener;
    private final SequencedMap<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Serving> serving = new ConcurrentHashMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private final Thread monitor;
    private volatile @Nullable Late late;
    private volatile boolean closed;

    /// How nodes are watched.
    ///
    /// @param heartbeat how often nodes are asked how they are
    /// @param patience how long a call waits for any replica to come back, within its deadline
    /// @param preload whether placed services are loaded at once
    public record Config(Duration heartbeat, Duration patience, boolean preload) {
        public static final Config DEFAULT =
                new Config(Duration.ofSeconds(1), Duration.ofSeconds(15), true);
    }

    /// A service, and what now stands in its place.
    private static final class Serving {
        volatile Placed active;
        final Gate gate = new Gate();

        Serving(ServiceSpec first) {
            active = new Placed(first, List.of());
        }
    }

    /// A version of a service, and where it is: one thing, so that a call sees both of the same
    /// version while another replaces it.
    private record Placed(ServiceSpec spec, List<Replicate> replicas) {
        Placed(ServiceSpec spec, List<Replicate> replicas) {
            this.spec = spec;
            this.replicas = new CopyOnWriteArrayList<>(replicas);
        }

        boolean on(Member member) {
            return replicas.stream().anyMatch(r -> r.member == member);
        }
    }

    /// A node and a service on it.
    private static final class Replicate {
        final Member member;
        final Load load = new Load();

        Replicate(Member member) {
            this.member = member;
        }
    }

    /// What decides what a node gets that was not there when services were placed.
    private record Late(Catalogue catalogue, Placement placement) {}

    /// A node, as it was when last heard of.
    private static final class Member {
        final Node node;
        final ReentrantLock looking = new ReentrantLock();
        volatile boolean up;

        /// Whether it was there when services were placed, or has got some since.
        volatile boolean considered;

        volatile @Nullable NodeStatus status;
        volatile String incarnation = "";

        Member(Node node) {
            this.node = node;
        }

        void lost() {
            up = false;
            incarnation = ""; // it is told all again
        }
    }

    /// A node for those who look.
    ///
    /// @param status as it was last heard of; null if never
    public record NodeView(String name, boolean up, @Nullable NodeStatus status) {}

    /// @param nodes with different names
    public Orchestrator(
            ServiceKinds kinds,
            List<? extends Node> nodes,
            Config config,
            OrchestratorListener listener) {
        this.kinds = kinds;
        this.config = config;
        this.listener = listener;
        for (Node node : nodes) {
            BadInputException.check(
                    members.put(node.name(), new Member(node)) == null,
                    "two nodes are called '" + node.name() + "'",
                    "start one with another --name");
        }
        monitor = Thread.ofVirtual().name("monitor").unstarted(this::watch);
    }

    /// Places the services of a catalogue and, unless that is left for later, loads them.
    ///
    /// @param placement asked if the catalogue does not say
    /// @throws ServeException if a node cannot be reached or has no room
    public void start(Catalogue catalogue, Placement placement) {
        members.values().forEach(this::look);
        SequencedMap<String, List<String>> places = catalogue.placement();
        if (places.isEmpty()) {
            places = placement.place(demands(catalogue), capacities());
            late = new Late(catalogue, placement);
            members.values().forEach(member -> member.considered = member.up);
        }
        catalogue.services().values().forEach(s -> serving.put(s.name(), new Serving(s)));
        List<Runnable> loads = new ArrayList<>();
        places.forEach((name, services) -> {
            Member member = member(name);
            for (String service : services) {
                Serving s = serving(service);
                s.active.replicas().add(new Replicate(member));
                ServiceSpec spec = s.active.spec();
                loads.add(() -> {
                    if (member.up) { // else when it comes
                        assignFirst(member, spec);
                    }
                });
            }
        });
        serving.forEach((name, s) ->
                BadInputException.check(
                        !s.active.replicas().isEmpty(),
                        "service '" + name + "' is placed on no node",
                        "add it under placement:, or leave placement out"));
        loads.forEach(Runnable::run);
        members.values().forEach(this::look);
        monitor.start();
    }

    private void assignFirst(Member member, ServiceSpec spec) {
        try {
            member.node.assign(spec, new byte[0], config.preload());
        } catch (ServeException e) {
            if (e.reason() != Reason.UNAVAILABLE) {
                throw e;
            }
            member.lost();
            LOG.info("node {} went while it was told what it hosts", member.node.name(), e);
        }
    }

    private List<Demand> demands(Catalogue catalogue) {
        return catalogue.services().values().stream()
                .map(spec -> new Demand(spec.name(), kinds.memoryBytes(spec)))
                .toList();
    }

    private List<Capacity> capacities() {
        List<Capacity> capacities = new ArrayList<>();
        members.forEach((name, member) -> {
            NodeStatus status = member.status;
            if (member.up && status != null) {
                capacities.add(new Capacity(name, status.budgetBytes()));
            }
        });
        BadInputException.check(
                !capacities.isEmpty(), "no node can be reached", "start one with 'lamina node'");
        return capacities;
    }

    private Member member(String name) {
        Member member = members.get(name);
        if (member == null) {
            throw new BadInputException(
                    "node '" + name + "' is not known",
                    "take " + String.join(", ", members.keySet()));
        }
        return member;
    }

    private Serving serving(String service) {
        Serving s = serving.get(service);
        if (s == null) {
            throw new ServeException(
                    Reason.NOT_FOUND,
                    "there is no service '"
                            + Shown.plain(service)
                            + "'\nMaybe take one of "
                            + String.join(", ", serving.keySet().stream().sorted().toList()));
        }
        return s;
    }

    /// Answers some items by a service.
    ///
    /// @param version a version of it; null for the active one
    /// @return an outcome for each item
    /// @throws ServeException if there is no such service, or none of its replicas answered in time
    public List<Outcome> call(
            String service,
            @Nullable String version,
            List<Map<String, Value>> items,
            RequestContext context) {
        Serving s = serving(service);
        s.gate.enter(context);
        try {
            return call(s, version, items, context);
        } finally {
            s.gate.leave();
        }
    }

    private List<Outcome> call(
            Serving s,
            @Nullable String version,
            List<Map<String, Value>> items,
            RequestContext context) {
        Set<Replicate> tried = new HashSet<>();
        long patienceEnds = System.nanoTime() + config.patience().toNanos();
        ServeException last = null;
        while (true) {
            ServeException over = context.over();
            if (over != null) {
                throw over;
            }
            // asked for each time: versions may be replaced meanwhile
            Placed placed = s.active;
            String id = placed.spec().id();
            if (version != null && !version.equals(placed.spec().version())) {
                throw noVersion(placed.spec(), version);
            }
            Replicate chosen = choose(placed.replicas(), tried);
            if (chosen == null) {
                if (last != null && last.reason() == Reason.EXHAUSTED) {
                    throw last;
                }
                if (System.nanoTime() > patienceEnds) {
                    throw last != null
                            ? last
                            : new ServeException(
                                    Reason.UNAVAILABLE, "no node that hosts " + id + " is up");
                }
                tried.clear();
                pause(context);
                continue;
            }
            long start = chosen.load.begin(items.size());
            try {
                List<Outcome> outcomes = chosen.member.node.call(id, items, context);
                chosen.load.succeeded(start);
                return outcomes;
            } catch (ServeException e) {
                if (!e.reason().anotherMight()) {
                    throw e;
                }
                last = e;
                tried.add(chosen);
                listener.retried(id, chosen.member.node.name(), e.reason());
                LOG.info("call of {} goes elsewhere: {}", id, e.getMessage());
                if (e.reason() == Reason.UNAVAILABLE) {
                    Thread.startVirtualThread(() -> look(chosen.member));
                }
            } finally {
                chosen.load.end(items.size());
            }
        }
    }

    private static ServeException noVersion(ServiceSpec active, String version) {
        return new ServeException(
                Reason.NOT_FOUND,
                "service "
                        + active.name()
                        + " has no version '"
                        + Shown.plain(version)
                        + "'\nMaybe take one of "
                        + active.version());
    }

    /// The replica that is expected to answer first, of those whose node is up; null if there is
    /// none.
    private static @Nullable Replicate choose(List<Replicate> replicas, Set<Replicate> tried) {
        Replicate best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Replicate replicate : replicas) {
            if (replicate.member.up && !tried.contains(replicate)) {
                double seconds = replicate.load.expectedSeconds();
                if (seconds < least) {
                    least = seconds;
                    best = replicate;
                }
            }
        }
        return best;
    }

    private static void pause(RequestContext context) {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.cancel();
        }
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(config.heartbeat());
            } catch (InterruptedException e) {
                return;
            }
            List<Thread> looks = new ArrayList<>();
            for (Member member : members.values()) {
                looks.add(Thread.startVirtualThread(() -> look(member)));
            }
            for (Thread look : looks) {
                try {
                    look.join(config.heartbeat().multipliedBy(5));
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    /// Asks a node how it is; one that was started anew is told again what it hosts.
    private void look(Member member) {
        if (!member.looking.tryLock()) {
            return; // somebody does
        }
        try {
            lookAlone(member);
        } finally {
            member.looking.unlock();
        }
    }

    private void lookAlone(Member member) {
        String name = member.node.name();
        try {
            NodeStatus status = member.node.status();
            if (!status.incarnation().equals(member.incarnation)) {
                member.up = false;
                assignAll(member);
            }
            member.incarnation = status.incarnation();
            member.status = status;
            if (!member.up) {
                member.up = true;
                listener.nodeUp(name);
                LOG.info("node {} is up", name);
            }
            if (!member.considered) {
                consider(member);
            }
        } catch (ServeException e) {
            if (member.up) {
                member.up = false;
                listener.nodeDown(name);
                LOG.info("node {} is gone: {}", name, e.getMessage());
            }
        } catch (RuntimeException e) {
            member.up = false;
            LOG.warn("node {} cannot go on", name, e);
        }
    }

    /// Gives a node that came late what the placement would have given it; replicas elsewhere stay.
    private void consider(Member member) {
        Late placing = late;
        if (placing == null || !changing.tryLock()) {
            return; // services are not placed yet, or move: later
        }
        try {
            List<String> services =
                    placing.placement()
                            .place(demands(placing.catalogue()), capacities())
                            .getOrDefault(member.node.name(), List.of());
            for (String service : services) {
                Placed placed = serving(service).active;
                if (!placed.on(member)) {
                    member.node.assign(placed.spec(), new byte[0], config.preload());
                    placed.replicas().add(new Replicate(member));
                    LOG.info("node {} hosts {} too", member.node.name(), service);
                }
            }
            member.considered = true;
        } catch (
                BadInputException e) { // nodes that are gone now had room for what this one has not
            LOG.debug("nothing is placed on node {} yet", member.node.name(), e);
        } finally {
            changing.unlock();
        }
    }

    private void assignAll(Member member) {
        for (Serving s : serving.values()) {
            Placed placed = s.active;
            if (placed.on(member)) {
                member.node.assign(placed.spec(), new byte[0], config.preload());
            }
        }
    }

    /// Puts another version in a service's place: on each of its nodes the new one is loaded, then
    /// calls go to it, then the old one answers what it has taken and goes.
    ///
    /// @throws BadInputException if its ports differ, or it is the active version already
    public void replace(ServiceSpec newer) {
        changing.lock();
        try {
            Serving s = serving(newer.name());
            Placed before = s.active;
            ServiceSpec older = before.spec();
            BadInputException.check(
                    !newer.version().equals(older.version()),
                    "service " + newer.name() + " has version " + newer.version() + " already",
                    "give the new one another version");
            BadInputException.check(
                    kinds.signature(newer).equals(kinds.signature(older)),
                    "version %s of service %s has other inputs or outputs than %s"
                            .formatted(newer.version(), newer.name(), older.version()),
                    "declare it as a service of its own");
            List<Replicate> after = new ArrayList<>();
            try {
                for (Replicate old : before.replicas()) {
                    if (old.member.up) {
                        old.member.node.assign(newer, new byte[0], true);
                    }
                    after.add(new Replicate(old.member));
                }
            } catch (RuntimeException e) {
                after.forEach(r -> forget(r.member, newer.id()));
                throw e;
            }
            s.active = new Placed(newer, after);
            before.replicas().forEach(old -> forget(old.member, older.id()));
        } finally {
            changing.unlock();
        }
    }

    private static void forget(Member member, String id) {
        try {
            member.node.remove(id);
        } catch (ServeException e) {
            LOG.info("node {} is gone before {} was removed", member.node.name(), id);
        }
    }

    /// Moves a replica with what it knows to another node. If it knows something, new calls wait
    /// until it is there; no call fails.
    ///
    /// @throws BadInputException if it is not there, or is there already
    public void migrate(String service, String from, String to) {
        changing.lock();
        try {
            Serving s = serving(service);
            Member source = member(from);
            Member target = member(to);
            Placed placed = s.active;
            ServiceSpec spec = placed.spec();
            List<Replicate> replicas = placed.replicas();
            Replicate old =
                    replicas.stream().filter(r -> r.member == source).findFirst().orElse(null);
            if (old == null) {
                throw new BadInputException(
                        "service '" + service + "' is not on node '" + from + "'",
                        "it is on "
                                + String.join(
                                        ", ",
                                        replicas.stream().map(r -> r.member.node.name()).toList()));
            }
            BadInputException.check(
                    !placed.on(target),
                    "service '" + service + "' is on node '" + to + "' already",
                    "take another node");
            boolean remembers = source.node.state(spec.id()).length > 0;
            if (remembers) { // else there is nothing that a call could change meanwhile
                s.gate.close();
            }
            try {
                target.node.assign(
                        spec, remembers ? source.node.state(spec.id()) : new byte[0], true);
                replicas.add(new Replicate(target));
                replicas.remove(old);
            } finally {
                if (remembers) {
                    s.gate.open();
                }
            }
            forget(source, spec.id());
        } finally {
            changing.unlock();
        }
    }

    /// All nodes.
    public List<NodeView> nodes() {
        return members.values().stream()
                .map(m -> new NodeView(m.node.name(), m.up, m.status))
                .toList();
    }

    /// The declared services, in their active versions.
    public List<ServiceSpec> services() {
        return serving.values().stream()
                .map(s -> s.active.spec())
                .sorted(java.util.Comparator.comparing(ServiceSpec::name))
                .toList();
    }

    /// Whether a call of this service could be answered now.
    public boolean ready(String service) {
        return serving(service).active.replicas().stream().anyMatch(r -> r.member.up);
    }

    /// What goes in and out of a service.
    public Signature signature(String service) {
        return kinds.signature(serving(service).active.spec());
    }

    /// Stops watching, and takes all services from their nodes, which stay.
    public void release() {
        closed = true;
        monitor.interrupt();
        for (Serving s : serving.values()) {
            Placed placed = s.active;
            placed.replicas().forEach(replicate -> forget(replicate.member, placed.spec().id()));
        }
    }

    /// Stops watching, and closes all nodes.
    @Override
    public void close() {
        closed = true;
        monitor.interrupt();
        members.values().forEach(member -> member.node.close());
    }
}
