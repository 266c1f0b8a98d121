package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A version is a value of the register, and when it was written: by count, and then by node.
type version struct {
	Seq   int64 `json:"seq"`
	Node  int   `json:"node"`
	Value int   `json:"value"`
}

func (v version) newer(than version) bool {
	return v.Seq > than.Seq || v.Seq == than.Seq && v.Node > than.Node
}

// A server is a node of a database that holds one register. Its mode says how it replicates:
//
//   - split: the first node that is up serves all requests, and pushes each write to the others
//     without waiting for them. While the network is cut, both sides have a first node.
//   - quorum: a request is carried out on a majority of the nodes (Attiya, Bar-Noy and Dolev,
//     1995). A side without a majority answers nothing.
type server struct {
	id     int
	quorum bool
	peers  []string // addresses, by node; its own as well
	http   http.Client

	mu     sync.Mutex
	latest version
	issued int64       // the highest count that it used
	heard  []time.Time // when each peer was last heard of
}

// serve runs a node until it is killed.
func serve(listen string, id int, mode string, peers []string) error {
	s := &server{id: id, quorum: mode == "quorum", peers: peers, heard: make([]time.Time, len(peers)), http: http.Client{Timeout: 300 * time.Millisecond}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /peer", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		answer(w, s.latest, nil)
	})
	mux.HandleFunc("PUT /peer", s.store)
	mux.HandleFunc("GET /register", func(w http.ResponseWriter, r *http.Request) { s.client(w, r, nil) })
	mux.HandleFunc("PUT /register", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		n, err := strconv.Atoi(string(body))
		if err != nil {
			http.Error(w, "expected a number", http.StatusBadRequest)
			return
		}
		s.client(w, r, &n)
	})
	if !s.quorum {
		go s.listenToPeers()
	}
	return http.ListenAndServe(listen, mux)
}

func answer(w http.ResponseWriter, v version, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(v)
}

// store takes a version of a peer, if it is newer.
func (s *server) store(w http.ResponseWriter, r *http.Request) {
	var v version
	if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.newer(s.latest) {
		s.latest = v
	}
	answer(w, s.latest, nil)
}

// client carries out a request: a write, or a read if value is nil.
func (s *server) client(w http.ResponseWriter, r *http.Request, value *int) {
	if s.quorum {
		v, err := s.byQuorum(r.Context(), value)
		answer(w, v, err)
		return
	}
	if leader := s.leader(); leader != s.id && r.Header.Get("Forwarded") == "" {
		s.forward(w, r, leader, value)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if value != nil {
		s.latest = version{s.latest.Seq + 1, s.id, *value}
		go s.toPeers(context.WithoutCancel(r.Context()), http.MethodPut, s.latest)
	}
	answer(w, s.latest, nil)
}

// leader is the first node that was heard of lately.
func (s *server) leader() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range s.heard {
		if id == s.id || time.Since(at) < time.Second {
			return id
		}
	}
	return s.id
}

// listenToPeers asks the others whether they are there, again and again.
func (s *server) listenToPeers() {
	for {
		for id := range s.peers {
			go func() {
				if _, err := s.call(context.Background(), id, http.MethodGet, nil); err == nil {
					s.mu.Lock()
					s.heard[id] = time.Now()
					s.mu.Unlock()
				}
			}()
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (s *server) forward(w http.ResponseWriter, r *http.Request, leader int, value *int) {
	body := ""
	if value != nil {
		body = strconv.Itoa(*value)
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+s.peers[leader]+"/register", strings.NewReader(body))
	if err != nil {
		answer(w, version{}, err)
		return
	}
	req.Header.Set("Forwarded", "by="+strconv.Itoa(s.id))
	res, err := s.http.Do(req)
	if err != nil {
		answer(w, version{}, err)
		return
	}
	defer res.Body.Close()
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// byQuorum reads the newest version of a majority, and stores that or a newer one at a majority.
func (s *server) byQuorum(ctx context.Context, value *int) (version, error) {
	seen, err := s.majority(s.toPeers(ctx, http.MethodGet, version{}))
	if err != nil {
		return version{}, err
	}
	if value != nil {
		s.mu.Lock()
		s.issued = max(s.issued, seen.Seq) + 1
		seen = version{s.issued, s.id, *value}
		s.mu.Unlock()
	}
	_, err = s.majority(s.toPeers(ctx, http.MethodPut, seen))
	return seen, err
}

// majority waits for the answers of a majority, and returns the newest.
func (s *server) majority(answers <-chan *version) (newest version, err error) {
	n := 0
	for range s.peers {
		if v := <-answers; v != nil {
			if n++; v.newer(newest) {
				newest = *v
			}
		}
		if n > len(s.peers)/2 {
			return newest, nil
		}
	}
	return newest, fmt.Errorf("%d of %d nodes answered", n, len(s.peers))
}

// toPeers asks all nodes. The channel has an answer for each, nil for those that gave none.
func (s *server) toPeers(ctx context.Context, method string, v version) <-chan *version {
	answers := make(chan *version, len(s.peers))
	for id := range s.peers {
		go func() {
			got, err := s.call(context.WithoutCancel(ctx), id, method, &v)
			if err != nil {
				got = nil
			}
			answers <- got
		}()
	}
	return answers
}

func (s *server) call(ctx context.Context, id int, method string, v *version) (*version, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.peers[id]+"/peer", strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	res, err := s.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", res.StatusCode)
	}
	got := &version{}
	return got, json.NewDecoder(res.Body).Decode(got)
}
